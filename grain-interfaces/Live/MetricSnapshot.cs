using Analytics.GrainInterfaces.Alerts;
using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>The live state of a metric at one moment. Everything in it is a function of the metric's rows, durable or about to be.</summary>
[GenerateSerializer, Immutable, Alias("analytics.MetricSnapshot")]
public sealed record MetricSnapshot
{
    /// <summary>The project.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The metric.</summary>
    [Id(1)]
    public required string Metric { get; init; }

    /// <summary>Events taken: rows of the table plus rows about to be inserted.</summary>
    [Id(2)]
    public required long Total { get; init; }

    /// <summary>Events dropped because an earlier event had the same id.</summary>
    [Id(3)]
    public required long Duplicates { get; init; }

    /// <summary>Earliest event time, UTC milliseconds since 1970.</summary>
    [Id(4)]
    public required long? FirstMs { get; init; }

    /// <summary>Latest event time, UTC milliseconds since 1970.</summary>
    [Id(5)]
    public required long? LastMs { get; init; }

    /// <summary>Events received in the last complete second.</summary>
    [Id(6)]
    public required long RateSecond { get; init; }

    /// <summary>Events received in the last 60 complete seconds.</summary>
    [Id(7)]
    public required long RateMinute { get; init; }

    /// <summary>Rows that are durable in the table.</summary>
    [Id(8)]
    public required long DurableRows { get; init; }

    /// <summary>Highest durable log offset of each partition that has rows here, by partition.</summary>
    [Id(9)]
    public required PartitionPosition[] DurablePositions { get; init; }

    /// <summary>Milliseconds between the log receiving the newest event and this live state having it.</summary>
    [Id(10)]
    public required long FreshnessMs { get; init; }

    /// <summary>One entry a column, in the table's order.</summary>
    [Id(11)]
    public required FieldSnapshot[] Fields { get; init; }

    /// <summary>Rows by which the table's count differed from <see cref="DurableRows"/> when last compared, every few minutes: 0 unless somebody changed the table.</summary>
    [Id(12)]
    public long Drift { get; init; }

    /// <summary>Events received later than the period of grace after their time; they are among the others.</summary>
    [Id(13)]
    public long Late { get; init; }

    /// <summary>The metric's alerts, each as of its last change.</summary>
    [Id(14)]
    public AlertStatus[] Alerts { get; init; } = [];
}
