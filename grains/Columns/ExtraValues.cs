using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Values of a block that no column takes, and the column <c>_extra</c> that keeps them as text by field name.</summary>
internal sealed class ExtraValues
{
    private Place[] _values = [];
    private Place[] _ordered = [];
    private int[] _rowEnds = [];

    /// <summary>Number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets them.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a value.</summary>
    /// <param name="slice">Index of the slice.</param>
    /// <param name="field">Index of the field in the slice's batch.</param>
    /// <param name="value">Index of the value (not row) in the field's column.</param>
    public void Add(int slice, int field, int value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _values, Math.Max(256, Count * 2));
        }

        _values[Count++] = new Place(slice, field, value);
    }

    /// <summary>Writes the column: where each row's entries end, then all names, then all texts.</summary>
    public void Write(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int rows)
    {
        var ends = MemoryMarshal.Cast<byte, long>(buffer.Take(rows * sizeof(long)));
        if (Count == 0)
        {
            ends.Clear();
            return;
        }

        OrderByRow(slices, rows);
        for (var row = 0; row < rows; row++)
        {
            ends[row] = _rowEnds[row];
        }

        for (var i = 0; i < Count; i++)
        {
            buffer.WriteString(Column(slices, _ordered[i]).Name);
        }

        for (var i = 0; i < Count; i++)
        {
            ExtraText.Write(buffer, Column(slices, _ordered[i]), _ordered[i].Value);
        }
    }

    /// <summary>Gives memory back when a block had unusually many.</summary>
    public void Trim(int countMax)
    {
        if (_values.Length > countMax)
        {
            (_values, _ordered) = ([], []);
        }
    }

    private static FieldColumn Column(ReadOnlySpan<BlockSlice> slices, Place place) => slices[place.Slice].Batch.Fields[place.Field];

    private static int Row(ReadOnlySpan<BlockSlice> slices, Place place) => slices[place.Slice].ToBlockRow(Column(slices, place).RowAt(place.Value));

    /// <summary>Counts, sums up, places: values of a row keep the order they came in.</summary>
    private void OrderByRow(ReadOnlySpan<BlockSlice> slices, int rows)
    {
        if (_rowEnds.Length < rows)
        {
            _rowEnds = new int[rows];
        }

        if (_ordered.Length < Count)
        {
            _ordered = new Place[_values.Length];
        }

        Array.Clear(_rowEnds, 0, rows);
        for (var i = 0; i < Count; i++)
        {
            _rowEnds[Row(slices, _values[i])]++;
        }

        var start = 0;
        for (var row = 0; row < rows; row++)
        {
            (_rowEnds[row], start) = (start, start + _rowEnds[row]);
        }

        // Now each is where its row begins; placing moves it to where the row ends.
        for (var i = 0; i < Count; i++)
        {
            _ordered[_rowEnds[Row(slices, _values[i])]++] = _values[i];
        }
    }

    private readonly record struct Place(int Slice, int Field, int Value);
}
