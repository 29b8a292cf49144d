using Analytics.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Analytics.Cli.Output;

/// <summary>A view's windows for people.</summary>
internal static class ViewDrawing
{
    /// <summary>The newest window with rows.</summary>
    /// <param name="view">The view.</param>
    /// <param name="rowsMax">Groups at most.</param>
    public static IRenderable Draw(ViewState view, int rowsMax)
    {
        var window = view.Windows.LastOrDefault(window => window.Rows.Count > 0);
        if (window is null)
        {
            return new Text($"{view.Name}: no rows yet.");
        }

        var more = window.Rows.Count > rowsMax ? $", {rowsMax} of {window.Rows.Count} groups" : string.Empty;
        var head = new Markup(
            $"[bold]{Markup.Escape(view.Name)}[/]  {Numbers.Of(window.Start)} to {Numbers.Of(window.End)}  {(window.Closed ? "closed" : "open")}{more}  late {Numbers.Of(view.Late)}");
        return new Rows(head, Windows(view, [window], rowsMax, isTimed: false).Draw());
    }

    /// <summary>Groups of windows, one a row.</summary>
    public static Grid Windows(ViewState view, IEnumerable<ViewWindow> windows, int rowsMax, bool isTimed)
    {
        var names = view.Aggregates.Select(aggregate => aggregate.Name).ToArray();
        var grid = new Grid([.. isTimed ? ["window", "closed"] : Array.Empty<string>(), .. view.GroupBy, .. names]);
        foreach (var window in windows)
        {
            foreach (var row in window.Rows.Take(rowsMax))
            {
                var group = view.GroupBy.Select((field, i) => row.Other ? (i == 0 ? "(other)" : string.Empty) : row.GroupText(field) ?? "(none)");
                var values = view.Aggregates.Select(aggregate => aggregate.Kind is "share" or "percent_rank"
                    ? Numbers.Percent(row.Number(aggregate.Name))
                    : row.Values.TryGetValue(aggregate.Name, out var value) ? Numbers.Of(value) : string.Empty);
                grid.Row([.. isTimed ? [Numbers.Of(window.Start), window.Closed ? "yes" : "no"] : Array.Empty<string>(), .. group, .. values]);
            }
        }

        return grid;
    }
}
