using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Collects the values of one field. Its arrays are kept from chunk to chunk; what it hands out are exact copies.</summary>
internal sealed class ColumnBuilder
{
    // Most metrics of a chunk have a handful of rows, and there are thousands of them.
    private const int InitialCapacity = 4;

    private long[] _bits = new long[InitialCapacity];
    private int[] _rows = new int[InitialCapacity];
    private FieldKind[] _kinds = new FieldKind[InitialCapacity];
    private ByteBuffer _heap = new(0);

    /// <summary>Starts an empty column.</summary>
    public ColumnBuilder(string name) => Name = name;

    /// <summary>The field's name.</summary>
    public string Name { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held in arrays, the object itself estimated.</summary>
    public long CapacityBytes => 160 + (13L * _bits.Length) + _heap.Capacity;

    /// <summary>Adds a value that fits a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int row, FieldKind kind, long bits)
    {
        var index = Count;
        if (index == _bits.Length)
        {
            Grow();
        }

        _bits[index] = bits;
        _rows[index] = row;
        _kinds[index] = kind;
        Count = index + 1;
    }

    /// <summary>Adds a value that lies in the heap.</summary>
    public void Add(int row, FieldKind kind, ReadOnlySpan<byte> bytes)
    {
        var start = _heap.Length;
        _heap.Append(bytes);
        Add(row, kind, FieldColumn.HeapRange(start, bytes.Length));
    }

    /// <summary>Takes the last value back.</summary>
    public void RemoveLast()
    {
        var last = --Count;
        if (_kinds[last] >= FieldKind.DateTime)
        {
            _heap.Length = (int)(_bits[last] >> 32);
        }
    }

    /// <summary>The column of a batch of <paramref name="rowCount"/> rows; the builder is empty afterwards.</summary>
    public FieldColumn Take(int rowCount)
    {
        var kinds = _kinds.AsSpan(0, Count);
        var isMixed = kinds.ContainsAnyExcept(kinds[0]);
        var column = new FieldColumn
        {
            Name = Name,
            Kind = isMixed ? FieldKind.Mixed : kinds[0],
            Kinds = isMixed ? kinds.ToArray() : null,
            Rows = Count == rowCount ? null : Exact.CopyOf(_rows.AsSpan(0, Count)),
            Bits = Exact.CopyOf(_bits.AsSpan(0, Count)),
            Heap = Exact.CopyOf(_heap.Written),
        };
        Count = 0;
        _heap.Length = 0;
        return column;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        var capacity = checked(_bits.Length * 2);
        Array.Resize(ref _bits, capacity);
        Array.Resize(ref _rows, capacity);
        Array.Resize(ref _kinds, capacity);
    }
}
