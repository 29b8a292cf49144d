using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Rows that are in live state and not yet in an insert, in order of arrival, with the acknowledgements they owe. Small batches are gathered while
/// they wait: their rows are copied to one that grows.
/// </summary>
/// <param name="gatherRowsMax">Rows up to which a batch is small.</param>
internal sealed class RowBuffer(int gatherRowsMax = RowBuffer.GatherRowsMax)
{
    /// <summary>Rows from which on a batch is kept as it is: its objects are a small part of it then, and copying it costs more than they do.</summary>
    public const int GatherRowsMax = 128;

    /// <summary>Bytes from which on it is kept as it is.</summary>
    public const int GatherBytesMax = 32 * 1024;

    /// <summary>Rows from which on nothing is added to a gathered batch: what is taken for an insert is whole batches.</summary>
    public const int GatheredRowsMax = 1024;

    /// <summary>Bytes from which on nothing is added: growing further would be copying much at once.</summary>
    public const int GatheredBytesMax = 256 * 1024;

    private readonly List<Entry> _entries = [];
    private GatheredRows? _gathered;
    private List<TakenBatch> _taken = [];
    private int _rowCount;
    private long _sizeBytes;

    /// <summary>Buffered rows.</summary>
    public int RowCount => _rowCount + (_gathered?.Count ?? 0);

    /// <summary>Bytes of the batches held.</summary>
    public long SizeBytes => _sizeBytes + (_gathered?.SizeBytes ?? 0);

    /// <summary>Whether there is nothing to insert and nothing to acknowledge.</summary>
    public bool IsEmpty => RowCount == 0 && _taken.Count == 0;

    /// <summary>Takes a batch. One without kept rows only owes its acknowledgement: it waits for what was buffered before it.</summary>
    /// <param name="rows">The batch's kept rows.</param>
    /// <param name="plan">The plan that has columns for them.</param>
    /// <param name="duplicates">Events of the batch that were dropped as repeats.</param>
    /// <param name="startsBlock">Whether earlier rows must not be written with this plan's columns: they were routed without them.</param>
    public void Add(BatchRows rows, TablePlan plan, long duplicates, bool startsBlock)
    {
        var owed = Owed(rows);
        _taken.Add(new TakenBatch(owed, rows.Batch.Offsets[^1], duplicates) { Span = rows.Batch.Trace?.Spans[0] });
        if (rows.Count == 0)
        {
            return;
        }

        var sizeBytes = rows.Batch.SizeBytes;
        var isSmall = rows.Count <= gatherRowsMax && sizeBytes <= GatherBytesMax;
        if (!isSmall || startsBlock || _gathered is { Count: >= GatheredRowsMax } or { SizeBytes: >= GatheredBytesMax })
        {
            CloseGathered();
        }

        if (isSmall)
        {
            (_gathered ??= new GatheredRows(startsBlock)).Add(rows, plan, owed);
        }
        else
        {
            Add(new Entry([rows], rows.Count, sizeBytes, plan.Columns, plan.Version, startsBlock, owed));
        }
    }

    /// <summary>Takes out the oldest batches for one insert: as many as stay within the limit and may share a block, one at least. With them come
    /// the acknowledgements due once they are durable: all of them when this empties the buffer.</summary>
    /// <param name="rowsMax">Rows of an insert.</param>
    /// <param name="insertedSeconds">The rows' <c>_inserted</c>.</param>
    public PendingBlock Take(int rowsMax, uint insertedSeconds)
    {
        CloseGathered();
        var taken = new List<BatchRows>();
        var rowCount = 0;
        var count = 0;
        while (count < _entries.Count && (count == 0 || (rowCount + _entries[count].RowCount <= rowsMax && !_entries[count].StartsBlock)))
        {
            taken.AddRange(_entries[count].Batches);
            rowCount += _entries[count++].RowCount;
        }

        var last = count > 0 ? _entries[count - 1] : default;
        RemoveFirst(count);
        return new PendingBlock(taken, last.Columns ?? [], last.PlanVersion, TakeSettled(last)) { InsertedSeconds = insertedSeconds };
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

    private void Add(Entry entry)
    {
        _entries.Add(entry);
        _rowCount += entry.RowCount;
        _sizeBytes += entry.SizeBytes;
    }

    private void RemoveFirst(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _rowCount -= _entries[i].RowCount;
            _sizeBytes -= _entries[i].SizeBytes;
        }

        _entries.RemoveRange(0, count);
    }

    private void CloseGathered()
    {
        if (_gathered is not null)
        {
            var batches = _gathered.Close();
            Add(new Entry(
                batches, _gathered.Count, batches.Sum(rows => rows.Batch.SizeBytes), _gathered.Columns, _gathered.PlanVersion, _gathered.StartsBlock, _gathered.Owed));
            _gathered = null;
        }
    }

    private List<TakenBatch> TakeSettled(in Entry last)
    {
        var due = _taken;
        if (_entries.Count == 0)
        {
            _taken = [];
            return due;
        }

        // They lie in the order of the batches; those up to the last one whose rows were taken are due, later ones wait.
        var owed = last.Owed;
        var count = due.FindIndex(batch => batch.Acknowledgement == owed) + 1;
        _taken = due.GetRange(count, due.Count - count);
        return due.GetRange(0, count);
    }

    /// <summary>Batches that are written together.</summary>
    private readonly record struct Entry(
        BatchRows[] Batches, int RowCount, long SizeBytes, IReadOnlyList<TableColumn> Columns, int PlanVersion, bool StartsBlock, BatchAcknowledgement Owed);
}
