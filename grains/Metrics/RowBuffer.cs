using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>Rows that are in live state and not yet in an insert, in order of arrival, with the acknowledgements they owe.</summary>
internal sealed class RowBuffer
{
    private readonly Queue<Entry> _batches = new();
    private List<BatchAcknowledgement> _acknowledgements = [];

    /// <summary>Buffered rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of the batches held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Whether there is nothing to insert and nothing to acknowledge.</summary>
    public bool IsEmpty => _batches.Count == 0 && _acknowledgements.Count == 0;

    /// <summary>Takes a batch. One without kept rows only owes its acknowledgement: it waits for what was buffered before it.</summary>
    /// <param name="rows">The batch's kept rows.</param>
    /// <param name="plan">The plan that has columns for them.</param>
    /// <param name="startsBlock">Whether earlier rows must not be written with this plan's columns: they were routed without them.</param>
    public void Add(BatchRows rows, TablePlan plan, bool startsBlock)
    {
        _acknowledgements.Add(Owed(rows));
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
    /// <param name="duplicates">To be saved before the rows are written.</param>
    public PendingBlock Take(int rowsMax, uint insertedSeconds, DuplicateCount? duplicates)
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

        return new PendingBlock(taken, last.Columns ?? [], last.PlanVersion, TakeAcknowledgements(taken))
        {
            InsertedSeconds = insertedSeconds,
            Duplicates = duplicates,
        };
    }

    /// <summary>Acknowledgements that wait.</summary>
    public IReadOnlyList<BatchAcknowledgement> Acknowledgements => _acknowledgements;

    /// <summary>Puts acknowledgements back that did not reach their ledger: they are due again with the next insert.</summary>
    public void Return(IEnumerable<BatchAcknowledgement> acknowledgements) => _acknowledgements.InsertRange(0, acknowledgements);

    private static BatchAcknowledgement Owed(BatchRows rows)
    {
        var origin = rows.Batch.Origin;
        return new BatchAcknowledgement(origin.Partition, origin.Epoch, origin.ChunkId, origin.ChunkIndex);
    }

    private List<BatchAcknowledgement> TakeAcknowledgements(List<BatchRows> taken)
    {
        var due = _acknowledgements;
        if (_batches.Count == 0)
        {
            _acknowledgements = [];
            return due;
        }

        // Acknowledgements lie in the order of the batches; those up to the last taken one are due, later ones wait.
        var index = due.IndexOf(Owed(taken[^1]));
        _acknowledgements = due.GetRange(index + 1, due.Count - index - 1);
        return due.GetRange(0, index + 1);
    }

    private readonly record struct Entry(BatchRows Rows, long SizeBytes, IReadOnlyList<TableColumn> Columns, int PlanVersion, bool StartsBlock);
}
