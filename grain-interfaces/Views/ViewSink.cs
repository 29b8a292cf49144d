using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A table that gets each closed window of a view once.</summary>
/// <param name="Kind">Where it is.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewSink")]
public sealed record ViewSink([property: Id(0)] ViewSinkKind Kind)
{
    /// <summary>The table's name; <see langword="null"/> for the usual one. Of PostgreSQL only.</summary>
    [Id(1)]
    public string? Table { get; init; }

    /// <summary>What is written, to which columns; empty for everything under its own name. Of PostgreSQL only.</summary>
    [Id(2)]
    public SinkColumn[] Columns { get; init; } = [];

    /// <summary>Its name in a definition and an answer.</summary>
    public string Name => NameOf(Kind);

    /// <summary>A kind as it is written: <c>clickhouse</c>.</summary>
    public static string NameOf(ViewSinkKind kind) => kind == ViewSinkKind.Postgres ? "postgres" : "clickhouse";
}
