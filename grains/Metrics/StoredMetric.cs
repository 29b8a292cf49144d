using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>What an activation starts from.</summary>
/// <param name="Description">The table; <see langword="null"/> when there is none.</param>
/// <param name="Live">The live state of the table's rows, its fields in the order of the described columns.</param>
/// <param name="Positions">The last durable offset, by log partition.</param>
/// <param name="LastInsertedSeconds">The newest <c>_inserted</c> of the table, UTC seconds since 1970; 0 without rows.</param>
/// <param name="Duplicates">Duplicates counted so far.</param>
/// <param name="Ids">The newest event ids.</param>
/// <param name="IsFromSnapshot">Whether the live state began with a saved one, so that the whole table was not read.</param>
internal sealed record StoredMetric(
    TableDescription? Description,
    LiveMetric Live,
    IReadOnlyDictionary<int, long> Positions,
    uint LastInsertedSeconds,
    DuplicateState Duplicates,
    IdWindow Ids,
    bool IsFromSnapshot = false)
{
    /// <summary>What somebody has decided for the metric.</summary>
    public MetricSettings Settings { get; init; } = MetricSettings.None;

    /// <summary>What its project has decided; <see langword="null"/> for nothing.</summary>
    public RetentionPolicy? ProjectRetention { get; init; }

    /// <summary>The table's rows by the day they were inserted; <see langword="null"/> unless it deletes old ones.</summary>
    public DayRows? Days { get; init; }
}
