using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Metrics;

/// <summary>Chooses the rows of a batch that are new: not taken before by position, not a repeat by id.</summary>
internal sealed class RowFilter(IdWindow ids)
{
    private readonly List<int> _rows = [];

    /// <summary>Keeps the rows after an offset whose ids are new, and remembers those ids.</summary>
    /// <param name="batch">The batch; its rows ascend by offset.</param>
    /// <param name="lastOffset">Rows up to this offset were taken before.</param>
    /// <param name="duplicates">Number of rows dropped because of their id.</param>
    public BatchRows Keep(EventBatch batch, long lastOffset, out long duplicates)
    {
        duplicates = 0;
        var first = FirstAfter(batch.Offsets, lastOffset);
        if (batch.IdEnds is null)
        {
            return first == 0 ? new BatchRows(batch, null) : From(batch, first);
        }

        _rows.Clear();
        for (var row = first; row < batch.Count; row++)
        {
            var id = batch.IdAt(row);
            if (id.IsEmpty || ids.TryAdd(id, ReceivedMs(batch, row)))
            {
                _rows.Add(row);
            }
            else
            {
                duplicates++;
            }
        }

        return new BatchRows(batch, _rows.Count == batch.Count ? null : [.. _rows]);
    }

    // As the table has it, so that a window filled from there decides the same: see FixedColumnEncoder.
    private static long ReceivedMs(EventBatch batch, int row) => Math.Clamp(batch.Received[row], ColumnFit.DateTimeMsMin, ColumnFit.DateTimeMsMax);

    private static BatchRows From(EventBatch batch, int first)
    {
        var rows = new int[batch.Count - first];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = first + i;
        }

        return new BatchRows(batch, rows);
    }

    private static int FirstAfter(long[] offsets, long lastOffset)
    {
        // The usual batch is wholly new; a replayed one is found by bisection.
        if (offsets[0] > lastOffset)
        {
            return 0;
        }

        var (low, high) = (0, offsets.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (offsets[middle] > lastOffset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
