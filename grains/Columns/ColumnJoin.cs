using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Gathers the values of one field from several batches.</summary>
/// <param name="name">The field.</param>
internal sealed class ColumnJoin(string name)
{
    private readonly List<int> _rows = [];
    private readonly List<FieldKind> _kinds = [];
    private readonly List<long> _bits = [];
    private readonly List<byte> _heap = [];

    /// <summary>Number of values.</summary>
    public int Count => _bits.Count;

    /// <summary>Adds the values of a batch.</summary>
    /// <param name="column">They.</param>
    /// <param name="kept">The batch's rows that are kept, ascending; <see langword="null"/> for all of them.</param>
    /// <param name="firstRow">The row that the first kept one becomes.</param>
    public void Add(FieldColumn column, int[]? kept, int firstRow)
    {
        var next = 0;
        for (var i = 0; i < column.Count; i++)
        {
            var row = column.RowAt(i);
            if (kept is not null)
            {
                while (next < kept.Length && kept[next] < row)
                {
                    next++;
                }

                if (next == kept.Length || kept[next] != row)
                {
                    continue;
                }

                row = next;
            }

            Add(firstRow + row, column, i);
        }
    }

    /// <summary>The column of a batch of <paramref name="rowCount"/> rows. There must be values.</summary>
    public FieldColumn Build(int rowCount)
    {
        var isMixed = _kinds.Exists(kind => kind != _kinds[0]);
        return new FieldColumn
        {
            Name = name,
            Kind = isMixed ? FieldKind.Mixed : _kinds[0],
            Kinds = isMixed ? [.. _kinds] : null,
            Rows = Count == rowCount ? null : [.. _rows],
            Bits = [.. _bits],
            Heap = [.. _heap],
        };
    }

    private void Add(int row, FieldColumn column, int index)
    {
        var kind = column.KindAt(index);
        var bits = column.Bits[index];
        if (kind >= FieldKind.DateTime)
        {
            var bytes = column.BytesAt(index);
            bits = FieldColumn.HeapRange(_heap.Count, bytes.Length);
            _heap.AddRange(bytes);
        }

        _rows.Add(row);
        _kinds.Add(kind);
        _bits.Add(bits);
    }
}
