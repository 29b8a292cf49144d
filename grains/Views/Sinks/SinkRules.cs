using System.Text;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>What the sinks of a view may be.</summary>
internal static class SinkRules
{
    /// <summary>What is wrong with them, in the caller's words; <see langword="null"/> when nothing is.</summary>
    /// <param name="view">The definition, right in everything else.</param>
    /// <param name="services">What sinks share; <see langword="null"/> where views have none.</param>
    public static string? WhyNot(ViewDefinition view, SinkServices? services)
    {
        if (view.Sinks.Length == 0)
        {
            return null;
        }

        if (view.Sinks.GroupBy(sink => sink.Kind).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"sinks has {ViewSink.NameOf(twice.Key)} twice.";
        }

        if (RollupShape.RepeatedNames(view).FirstOrDefault() is { } name)
        {
            return $"sinks: two columns would be called '{name}'.";
        }

        return view.Sinks.Select(sink => sink.Kind == ViewSinkKind.ClickHouse ? WhyNotClickHouse(sink) : WhyNotPostgres(view, sink, services)).FirstOrDefault(why => why is not null);
    }

    private static string? WhyNotClickHouse(ViewSink sink) =>
        sink.Table is null && sink.Columns.Length == 0 ? null : "sinks: the table and the columns of clickhouse have their usual names.";

    private static string? WhyNotPostgres(ViewDefinition view, ViewSink sink, SinkServices? services)
    {
        var shape = RollupShape.Of(view, static _ => null);
        string[] columns = [.. PostgresTargetNames(sink, shape)];
        return services?.Postgres is null && services?.Open is null ? "sinks: postgres needs Analytics:Postgres:ConnectionString, which is not set."
            : sink.Table is { } table && table.Split('.', 2).Any(part => !IsName(part)) ? $"sinks: the table of postgres is called '{table}'; it is a name of 1 to {RollupName.PostgresBytesMax} bytes, with a schema and a dot before it or not."
            : sink.Columns.FirstOrDefault(column => shape.Columns.All(known => known.Name != column.Source)) is { } unknown
                ? $"sinks: postgres has a column of '{unknown.Source}'; there is {string.Join(", ", shape.Columns.Select(column => column.Name))}."
            : Array.Find(columns, column => !IsName(column)) is { } wrong ? $"sinks: a column of postgres is called '{wrong}'; it is a name of 1 to {RollupName.PostgresBytesMax} bytes: name it in columns."
            : columns.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"sinks: two columns of postgres are called '{twice.Key}'."
            : null;
    }

    private static IEnumerable<string> PostgresTargetNames(ViewSink sink, RollupShape shape) =>
        sink.Columns.Length == 0 ? shape.Columns.Select(column => column.Name) : sink.Columns.Select(column => column.Column);

    private static bool IsName(string name) => name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(name) <= RollupName.PostgresBytesMax;
}
