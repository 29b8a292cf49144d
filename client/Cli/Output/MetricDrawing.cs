using Analytics.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Analytics.Cli.Output;

/// <summary>A metric's live state for people.</summary>
internal static class MetricDrawing
{
    /// <summary>A head with the totals above a table of the fields.</summary>
    public static IRenderable Draw(MetricState state)
    {
        var head = new Markup(
            $"[bold]{Markup.Escape($"{state.Project}/{state.Metric}")}[/]  total [bold]{Numbers.Of(state.Total)}[/]  {Numbers.Of(state.Rate.Second)}/s  {Numbers.Of(state.Rate.Minute)}/min"
            + $"  duplicates {Numbers.Of(state.Duplicates)}  late {Numbers.Of(state.Late)}  drift {Numbers.Of(state.Durable.Drift)}  last {Numbers.Of(state.Last)}");
        return new Rows(head, Fields(state).Draw());
    }

    /// <summary>The fields.</summary>
    public static Grid Fields(MetricState state)
    {
        var grid = new Grid("field", "type", "count", "null", "unique", "min", "avg", "p50", "p99", "max", "sum", "top");
        foreach (var (name, field) in state.Fields)
        {
            grid.Row(
                name, field.Type, Numbers.Of(field.Count), Numbers.Of(field.Null), field.Unique is { } unique ? Numbers.Of(unique) : string.Empty, Numbers.Of(field.Min),
                Numbers.Of(field.Avg), Numbers.Of(field.P50), Numbers.Of(field.P99), Numbers.Of(field.Max), Numbers.Of(field.Sum), Top(field));
        }

        return grid;
    }

    private static string Top(FieldState field) => string.Join(", ", (field.Top ?? []).Take(3).Select(value => $"{Short(value.Value)} {Numbers.Of(value.Count)}"));

    private static string Short(string text) => text.Length <= 24 ? text : text[..23] + "…";
}
