using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Rows that are in live state and not yet in an insert, in order of arrival, with the acknowledgements they owe. Small batches are joined while
/// they wait: eight to one, and eight of those again.
/// </summary>
internal sealed class RowBuffer
{
    /// <summary>Batches in a row, none larger than the last of them, that become one.</summary>
    public const int JoinCount = 8;

    /// <summary>Rows from which on a batch is joined no more: its objects are a small part of it then.</summary>
    public const int JoinedRowsMax = 1024;

    /// <summary>Bytes from which on it is joined no more, so that joining never takes long.</summary>
    public const int JoinedBytesMax = 256 * 1024;

    private readonly List<Entry> _entries = [];
    private List<TakenBatch> _taken = [];

    /// <summary>Buffered rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Bytes of the batches held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Whether there is nothing to insert and nothing to acknowledge.</summary>
    public bool IsEmpty => _entries.Count == 0 && _taken.Count == 0;

    /// <summary>Takes a batch. One without kept rows only owes its acknowledgement: it waits for what was buffered before it.</summary>
    /// <param name="rows">The batch's kept rows.</param>
    /// <param name="plan">The plan that has columns for them.</param>
    /// <param name="duplicates">Events of the batch that were dropped as repeats.</param>
    /// <param name="startsBlock">Whether earlier rows must not be written with this plan's columns: they were routed without them.</param>
    public void Add(BatchRows rows, TablePlan plan, long duplicates, bool startsBlock)
    {
        var owed = Owed(rows);
        _taken.Add(new TakenBatch(owed, rows.Batch.Offsets[^1], duplicates));
        if (rows.Count == 0)
        {
            return;
        }

        Add(new Entry([rows], rows.Count, rows.Batch.SizeBytes, plan.Columns, plan.Version, startsBlock, owed));
        while (JoinStart() is var start && start >= 0)
        {
            Join(start);
        }
    }

    /// <summary>Takes out the oldest batches for one insert: as many as stay within the limit and may share a block, one at least. With them come
    /// the acknowledgements due once they are durable: all of them when this empties the buffer.</summary>
    /// <param name="rowsMax">Rows of an insert.</param>
    /// <param name="insertedSeconds">The rows' <c>_inserted</c>.</param>
    public PendingBlock Take(int rowsMax, uint insertedSeconds)
    {
        var taken = new List<BatchRows>();
        var rowCount = 0;
        var count = 0;
        while (count < _entries.Count && (count == 0 || (rowCount + _entries[count].RowCount <= rowsMax && !_entries[count].StartsBlock)))
        {
            taken.AddRange(_entries[count].Batches);
            rowCount += _entries[count++].RowCount;
        }

        var last = count > 0 ? _entries[count - 1] : default;
        Remove(0, count);
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
        RowCount += entry.RowCount;
        SizeBytes += entry.SizeBytes;
    }

    private void Remove(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            RowCount -= _entries[i].RowCount;
            SizeBytes -= _entries[i].SizeBytes;
        }

        _entries.RemoveRange(first, count);
    }

    /// <summary>Where the last batches begin that are to become one; -1 when there are too few.</summary>
    private int JoinStart()
    {
        var start = _entries.Count - JoinCount;
        if (start < 0)
        {
            return -1;
        }

        var (level, rowCount, sizeBytes) = (_entries[^1].Level, 0, 0L);
        for (var i = start; i < _entries.Count; i++)
        {
            rowCount += _entries[i].RowCount;
            sizeBytes += _entries[i].SizeBytes;
            if (_entries[i].Level > level || (_entries[i].StartsBlock && i > start))
            {
                return -1;
            }
        }

        return rowCount <= JoinedRowsMax && sizeBytes <= JoinedBytesMax ? start : -1;
    }

    // They stay together from now on: the last of them is what their acknowledgements wait for, its columns have room for all.
    private void Join(int start)
    {
        var (first, last) = (_entries[start], _entries[^1]);
        var batches = BatchJoin.Join([.. _entries.Skip(start).SelectMany(entry => entry.Batches)]);
        Remove(start, _entries.Count - start);
        Add(new Entry(
            batches, batches.Sum(rows => rows.Count), batches.Sum(rows => rows.Batch.SizeBytes), last.Columns, last.PlanVersion, first.StartsBlock, last.Owed));
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
        BatchRows[] Batches, int RowCount, long SizeBytes, IReadOnlyList<TableColumn> Columns, int PlanVersion, bool StartsBlock, BatchAcknowledgement Owed)
    {
        /// <summary>How large it is, in powers of <see cref="JoinCount"/>.</summary>
        public int Level => int.Log2(RowCount) / int.Log2(JoinCount);
    }
}
