using Analytics.Grains.Columns;

namespace Analytics.Silo.Audit;

/// <summary>What is compared in one step: offsets of one partition, small enough that all of it fits in memory.</summary>
/// <param name="Partition">Log partition.</param>
/// <param name="FromOffset">The first offset.</param>
/// <param name="ToOffset">The offset after the last.</param>
/// <param name="CommittedOffset">Everything before it was committed before the tables were asked.</param>
internal sealed record AuditWindow(int Partition, long FromOffset, long ToOffset, long CommittedOffset)
{
    /// <summary>The condition on a row's position.</summary>
    public string ToSql() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{FixedColumns.Partition} = {Partition} AND {FixedColumns.Offset} >= {FromOffset} AND {FixedColumns.Offset} < {ToOffset}");
}
