using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Telemetry;

namespace Analytics.Grains.Metrics;

/// <summary>What one insert will write, and what is due once it has.</summary>
internal sealed class PendingBlock
{
    /// <summary>Gathers the block's facts.</summary>
    /// <param name="batches">The rows; empty when only acknowledgements are due.</param>
    /// <param name="columns">The plan's columns when the last of the rows were taken.</param>
    /// <param name="planVersion">The plan's version of that moment.</param>
    /// <param name="settled">The batches that are settled once the rows are durable.</param>
    public PendingBlock(IReadOnlyList<BatchRows> batches, IReadOnlyList<TableColumn> columns, int planVersion, IReadOnlyList<TakenBatch> settled)
    {
        Batches = batches;
        Columns = columns;
        PlanVersion = planVersion;
        Settled = settled;
        Ranges = RangesOf(batches);
        RowCount = batches.Sum(rows => rows.Count);
    }

    /// <summary>The rows, in order.</summary>
    public IReadOnlyList<BatchRows> Batches { get; }

    /// <summary>The columns the rows are written to.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The plan's version the columns are of.</summary>
    public int PlanVersion { get; }

    /// <summary>The batches that are settled once the rows are durable, those without rows between them included.</summary>
    public IReadOnlyList<TakenBatch> Settled { get; }

    /// <summary>Acknowledgements due once the rows are durable.</summary>
    public IEnumerable<BatchAcknowledgement> Acknowledgements => Settled.Select(batch => batch.Acknowledgement);

    /// <summary>The spans that took those of them that are traced, the first few.</summary>
    public IReadOnlyList<string> Spans => [.. Settled.Select(batch => batch.Span).OfType<string>().Take(PipelineTrace.SpansMax)];

    /// <summary>UTC seconds since 1970, the rows' <c>_inserted</c>: never before an earlier block's, so that it bounds which rows are newer.</summary>
    public uint InsertedSeconds { get; init; }

    /// <summary>To be saved before the rows are written; <see langword="null"/> when nothing has changed.</summary>
    public DuplicateState? Duplicates { get; init; }

    /// <summary>First and last offset of the rows, by partition.</summary>
    public IReadOnlyDictionary<int, (long First, long Last)> Ranges { get; }

    /// <summary>The offsets by which a table shows that it has the block: the last of its rows, by partition.</summary>
    public IReadOnlyDictionary<int, long> Proof => Ranges.ToDictionary(range => range.Key, range => range.Value.Last);

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The same for the same rows, different for others: <c>78@0:17-93,2:4-4</c>. The number of rows is part of it because a block without
    /// some refused rows in its middle is another block.</summary>
    public string DeduplicationToken =>
        $"{RowCount}@{string.Join(',', Ranges.OrderBy(range => range.Key).Select(range => $"{range.Key}:{range.Value.First}-{range.Value.Last}"))}";

    /// <summary>The same block with other rows: some of these.</summary>
    public PendingBlock With(IReadOnlyList<BatchRows> batches) =>
        new(batches, Columns, PlanVersion, Settled) { InsertedSeconds = InsertedSeconds, Duplicates = Duplicates };

    /// <summary>The same block with a count to be saved before it is written.</summary>
    public PendingBlock With(DuplicateState duplicates) => new(Batches, Columns, PlanVersion, Settled) { InsertedSeconds = InsertedSeconds, Duplicates = duplicates };

    private static Dictionary<int, (long First, long Last)> RangesOf(IReadOnlyList<BatchRows> batches)
    {
        var ranges = new Dictionary<int, (long First, long Last)>();
        foreach (var rows in batches)
        {
            var (first, last) = (rows.RowAt(0), rows.RowAt(rows.Count - 1));
            var partition = rows.Batch.Origin.Partition;
            var start = ranges.TryGetValue(partition, out var range) ? range.First : rows.Batch.Offsets[first];
            ranges[partition] = (start, rows.Batch.Offsets[last]);
        }

        return ranges;
    }
}
