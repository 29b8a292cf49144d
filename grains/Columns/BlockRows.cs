namespace Analytics.Grains.Columns;

/// <summary>Which rows of which batches are in a block, and where.</summary>
internal sealed class BlockRows
{
    private BlockSlice[] _slices = [];
    private int _sliceCount;

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The batches that have rows in the block.</summary>
    public ReadOnlySpan<BlockSlice> Slices => _slices.AsSpan(0, _sliceCount);

    /// <summary>Forgets the rows, and lets go of the batches.</summary>
    public void Clear()
    {
        Array.Clear(_slices, 0, _sliceCount);
        _sliceCount = 0;
        Count = 0;
    }

    /// <summary>Lays the rows out one after the other.</summary>
    /// <exception cref="ArgumentException">There are none, or too many.</exception>
    public void Fill(IReadOnlyList<BatchRows> batches, int rowsMax)
    {
        Clear();
        if (_slices.Length < batches.Count)
        {
            _slices = new BlockSlice[batches.Count];
        }

        var rows = 0L;
        for (var i = 0; i < batches.Count; i++)
        {
            rows += batches[i].Count;
        }

        if (rows < 1 || rows > rowsMax)
        {
            throw new ArgumentException($"A block has 1 to {rowsMax} rows, these batches have {rows}.", nameof(batches));
        }

        for (var i = 0; i < batches.Count; i++)
        {
            if (batches[i].Count > 0)
            {
                _slices[_sliceCount++] = new BlockSlice(batches[i].Batch, batches[i].Rows, Count, MapRows(batches[i], Count));
                Count += batches[i].Count;
            }
        }
    }

    private static int[]? MapRows(BatchRows batch, int start)
    {
        if (batch.Rows is null)
        {
            return null;
        }

        var blockRows = new int[batch.Batch.Count];
        Array.Fill(blockRows, -1);
        for (var i = 0; i < batch.Rows.Length; i++)
        {
            if (i > 0 && batch.Rows[i] <= batch.Rows[i - 1])
            {
                throw new ArgumentException($"Kept rows ascend, but {batch.Rows[i]} comes after {batch.Rows[i - 1]}.", nameof(batch));
            }

            blockRows[batch.Rows[i]] = start + i;
        }

        return blockRows;
    }
}
