using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Metrics;

/// <summary>Some of a block's rows, addressed by their index in the block.</summary>
internal static class BlockParts
{
    /// <summary>The rows from <paramref name="first"/> on.</summary>
    public static IReadOnlyList<BatchRows> Slice(IReadOnlyList<BatchRows> batches, int first, int count)
    {
        var end = first + count;
        return Where(batches, row => row >= first && row < end);
    }

    /// <summary>All rows but these.</summary>
    public static IReadOnlyList<BatchRows> Without(IReadOnlyList<BatchRows> batches, IEnumerable<int> rows)
    {
        var gone = rows.ToHashSet();
        return Where(batches, row => !gone.Contains(row));
    }

    /// <summary>The batch of a row, and the row in it.</summary>
    public static (EventBatch Batch, int Row) Find(IReadOnlyList<BatchRows> batches, int row)
    {
        foreach (var rows in batches)
        {
            if (row < rows.Count)
            {
                return (rows.Batch, rows.RowAt(row));
            }

            row -= rows.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(row), row, "The block does not have so many rows.");
    }

    private static List<BatchRows> Where(IReadOnlyList<BatchRows> batches, Func<int, bool> isKept)
    {
        var parts = new List<BatchRows>();
        var start = 0;
        foreach (var rows in batches)
        {
            var kept = new List<int>();
            for (var i = 0; i < rows.Count; i++)
            {
                if (isKept(start + i))
                {
                    kept.Add(rows.RowAt(i));
                }
            }

            start += rows.Count;
            if (kept.Count > 0)
            {
                parts.Add(kept.Count == rows.Count ? rows : new BatchRows(rows.Batch, [.. kept]));
            }
        }

        return parts;
    }
}
