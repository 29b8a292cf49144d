using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Collects the values of one field. Its arrays are kept from chunk to chunk; what it hands out are exact copies. Rows are noted from the first one without a value on, kinds from
/// the first one that differs: most fields have one kind and a value in every row, and there are hundreds of thousands of builders.</summary>
internal sealed class ColumnBuilder
{
    // Most metrics of a chunk have a handful of rows, and there are thousands of them.
    private const int InitialCapacity = 4;

    private long[] _bits = new long[InitialCapacity];
    private int[]? _rows;
    private FieldKind[]? _kinds;
    private FieldKind _kind;
    private bool _hasRows;
    private bool _hasKinds;
    private ByteBuffer _heap = new(0);

    /// <summary>Starts an empty column.</summary>
    public ColumnBuilder(string name) => Name = name;

    /// <summary>The field's name.</summary>
    public string Name { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held in arrays, the object itself estimated.</summary>
    public long CapacityBytes => 160 + (8L * _bits.Length) + (4L * (_rows?.Length ?? 0)) + (_kinds?.Length ?? 0) + _heap.Capacity;

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
        Count = index + 1;
        if (_hasRows || row != index)
        {
            NoteRow(index, row);
        }

        if (_hasKinds || kind != _kind)
        {
            NoteKind(index, kind);
        }
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
        if ((_hasKinds ? _kinds![last] : _kind) >= FieldKind.DateTime)
        {
            _heap.Length = (int)(_bits[last] >> 32);
        }
    }

    /// <summary>The column of a batch of <paramref name="rowCount"/> rows; the builder is empty afterwards.</summary>
    public FieldColumn Take(int rowCount)
    {
        // What made kinds differ may have been taken back.
        var kinds = _hasKinds ? _kinds.AsSpan(0, Count) : default;
        var isMixed = _hasKinds && kinds.ContainsAnyExcept(kinds[0]);
        var column = new FieldColumn
        {
            Name = Name,
            Kind = isMixed ? FieldKind.Mixed : _hasKinds ? kinds[0] : _kind,
            Kinds = isMixed ? kinds.ToArray() : null,
            Rows = Count == rowCount ? null : CopyRows(),
            Bits = Exact.CopyOf(_bits.AsSpan(0, Count)),
            Heap = Exact.CopyOf(_heap.Written),
        };
        Count = 0;
        _heap.Length = 0;
        _hasRows = false;
        _hasKinds = false;
        return column;
    }

    // Without a note, value i is of row i: the rows after the last one have none.
    private int[] CopyRows()
    {
        if (_hasRows)
        {
            return Exact.CopyOf<int>(_rows.AsSpan(0, Count));
        }

        var rows = GC.AllocateUninitializedArray<int>(Count);
        Fill(rows);
        return rows;
    }

    private static void Fill(Span<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }
    }

    private void NoteRow(int index, int row)
    {
        if (!_hasRows)
        {
            _rows = _rows?.Length >= _bits.Length ? _rows : new int[_bits.Length];
            Fill(_rows.AsSpan(0, index));
            _hasRows = true;
        }

        _rows![index] = row;
    }

    private void NoteKind(int index, FieldKind kind)
    {
        if (index == 0)
        {
            (_kind, _hasKinds) = (kind, false);
            return;
        }

        if (!_hasKinds)
        {
            _kinds = _kinds?.Length >= _bits.Length ? _kinds : new FieldKind[_bits.Length];
            _kinds.AsSpan(0, index).Fill(_kind);
            _hasKinds = true;
        }

        _kinds![index] = kind;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        var capacity = checked(_bits.Length * 2);
        Array.Resize(ref _bits, capacity);
        if (_hasRows)
        {
            Array.Resize(ref _rows, capacity);
        }

        if (_hasKinds)
        {
            Array.Resize(ref _kinds, capacity);
        }
    }
}
