using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>The columns of a metric's table.</summary>
[GenerateSerializer, Immutable, Alias("analytics.MetricSchema")]
public sealed record MetricSchema
{
    /// <summary>The project, a database.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The metric, a table.</summary>
    [Id(1)]
    public required string Metric { get; init; }

    /// <summary>The table's name, unquoted: the metric's, unless that is too long for ClickHouse's files.</summary>
    [Id(5)]
    public required string Table { get; init; }

    /// <summary>Counts the changes since the table was made; 0 before it exists.</summary>
    [Id(2)]
    public required int Version { get; init; }

    /// <summary>One entry a field that has a column, in the table's order.</summary>
    [Id(3)]
    public required SchemaColumn[] Columns { get; init; }

    /// <summary>Fields without a column (cap reached, reserved name): their values are in <c>_extra</c>.</summary>
    [Id(4)]
    public required ExtraField[] Extra { get; init; }

    /// <summary>What somebody has decided for the metric.</summary>
    [Id(6)]
    public MetricSettings Settings { get; init; } = MetricSettings.None;
}
