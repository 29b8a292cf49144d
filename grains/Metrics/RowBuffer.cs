using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>Rows that are in live state and not yet in an insert, in order of arrival, with the acknowledgements they owe.</summary>
internal sealed class RowBuffer
{
    private readonly Queue<Entry> _batches = new();
    private List<TakenBatch> _taken = [];

    /// <summary>Buffered rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of the batches held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Whether there is nothing to insert and nothing to acknowledge.</summary>
    public bool IsEmpty => _batches.Count == 0 && _taken.Count == 0;

    /// <summary>Takes a batch. One without kept rows only owes its acknowledgement: it waits for what was buffered before it.</summary>
    /// <param name="rows">The batch's kept rows.</param>
    /// <param name="plan">The plan that has columns for them.</param>
    /// <param name="duplicates">Events of the batch that were dropped as repeats.</param>
    /// <param name="startsBlock">Whether earlier rows must not be written with this plan's columns: they were routed without them.</param>
    public void Add(BatchRows rows, TablePlan plan, long duplicates, bool startsBlock)
    {
        _taken.Add(new TakenBatch(Owed(rows), rows.Batch.Offsets[^1], duplicates));
        if (rows.Count == 0)
        {
            return;
        }

        var sizeBytes = rows.Batch.SizeBytes;
        _batches.Enqueue(new Entry(rows, sizeBytes, plan.Columns, plan.Version, startsBlock));
        RowCount += rows.Count;
        SizeBytes += sizeBytes;
    }

    /// <summary>Takes out the oldest batches for one insert: as many as stay within the limit and may share a block, one at least. With them come
    /// the acknowledgements due once they are durable: all of them when this empties the buffer.</summary>
    /// <param name="rowsMax">Rows of an insert.</param>
    /// <param name="insertedSeconds">The rows' <c>_inserted</c>.</param>
    public PendingBlock Take(int rowsMax, uint insertedSeconds)
    {
        var taken = new List<BatchRows>();
        var last = default(Entry);
        var rowCount = 0;
        while (_batches.TryPeek(out var next) && (taken.Count == 0 || (rowCount + next.Rows.Count <= rowsMax && !next.StartsBlock)))
        {
            last = _batches.Dequeue();
            taken.Add(next.Rows);
            rowCount += next.Rows.Count;
            RowCount -= next.Rows.Count;
            SizeBytes -= next.SizeBytes;
        }

        return new PendingBlock(taken, last.Columns ?? [], last.PlanVersion, TakeSettled(taken)) { InsertedSeconds = insertedSeconds };
    }

    /// <summary>Batches that wait for their rows, or those before them, to be durable.</summary>
    public IReadOnlyList<TakenBatch> Taken => _taken;

    /// <summary>Puts acknowledgements back that did not reach their ledger: they are due again with the next insert.</summary>
    public void Return(IEnumerable<BatchAcknowledgement> acknowledgements) =>
        _taken.InsertRange(0, acknowledgements.Select(owed => new TakenBatch(owed, -1, 0)));

    private static BatchAcknowledgement Owed(BatchRows rows)
    {
        var origin = rows.Batch.Origin;
        return new BatchAcknowledgement(origin.Partition, origin.Epoch, origin.ChunkId, origin.ChunkIndex);
    }

    private List<TakenBatch> TakeSettled(List<BatchRows> taken)
    {
        var due = _taken;
        if (_batches.Count == 0)
        {
            _taken = [];
            return due;
        }

        // They lie in the order of the batches; those up to the last one whose rows were taken are due, later ones wait.
        var last = Owed(taken[^1]);
        var count = due.FindIndex(batch => batch.Acknowledgement == last) + 1;
        _taken = due.GetRange(count, due.Count - count);
        return due.GetRange(0, count);
    }

    private readonly record struct Entry(BatchRows Rows, long SizeBytes, IReadOnlyList<TableColumn> Columns, int PlanVersion, bool StartsBlock);
}
