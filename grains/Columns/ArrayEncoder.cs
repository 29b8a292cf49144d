using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Writes Array(Nullable(T)) columns: where each row's elements end, a byte an element (1 is null), then the elements.</summary>
internal static class ArrayEncoder
{
    /// <summary>Writes one column; rows without a value are empty arrays.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="slices">The rows.</param>
    /// <param name="fields">For each slice the index of the field in its batch, or -1.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="type">One of the array types.</param>
    /// <param name="extras">Takes what does not fit.</param>
    public static void Write(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, ReadOnlySpan<int> fields, int rows, ColumnType type, ExtraValues extras)
    {
        var endsAt = buffer.Length;
        buffer.Take(rows * sizeof(long)).Clear();
        for (var i = 0; i < slices.Length; i++)
        {
            if (fields[i] >= 0)
            {
                CountElements(Ends(buffer, endsAt, rows), slices, i, fields[i], type, extras);
            }
        }

        var count = SumUp(Ends(buffer, endsAt, rows));
        var nullsAt = buffer.Length;
        buffer.Take(count).Clear();
        WriteElements(buffer, slices, fields, new Layout(type, rows, endsAt, nullsAt, count));
    }

    private static Span<long> Ends(NativeBuffer buffer, int endsAt, int rows) =>
        MemoryMarshal.Cast<byte, long>(buffer.At(endsAt, rows * sizeof(long)));

    private static void CountElements(
        Span<long> counts, ReadOnlySpan<BlockSlice> slices, int slice, int field, ColumnType type, ExtraValues extras)
    {
        var column = slices[slice].Batch.Fields[field];
        for (var i = 0; i < column.Count; i++)
        {
            var row = slices[slice].ToBlockRow(column.RowAt(i));
            if (row < 0)
            {
                continue;
            }

            if (!ColumnFit.Fits(column, i, type))
            {
                extras.Add(slice, field, i);
                continue;
            }

            var elements = new ArrayElements(column.KindAt(i), column.BytesAt(i));
            while (elements.MoveNext())
            {
                counts[row]++;
            }
        }
    }

    private static int SumUp(Span<long> counts)
    {
        var sum = 0L;
        foreach (ref var count in counts)
        {
            sum += count;
            count = sum;
        }

        return checked((int)sum);
    }

    private static void WriteElements(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, ReadOnlySpan<int> fields, Layout layout)
    {
        var valuesAt = buffer.Length;
        if (layout.Width > 0)
        {
            buffer.Take(checked(layout.Count * layout.Width)).Clear();
        }

        var element = 0;
        for (var i = 0; i < slices.Length; i++)
        {
            if (fields[i] < 0)
            {
                continue;
            }

            ref readonly var slice = ref slices[i];
            var column = slice.Batch.Fields[fields[i]];
            for (var value = 0; value < column.Count; value++)
            {
                var row = slice.ToBlockRow(column.RowAt(value));
                if (row >= 0 && HasElements(Ends(buffer, layout.EndsAt, layout.Rows), row))
                {
                    WriteValue(buffer, new ArrayElements(column.KindAt(value), column.BytesAt(value)), column.KindAt(value), layout, valuesAt, ref element);
                }
            }
        }
    }

    /// <summary>A value that did not fit was counted as having none.</summary>
    private static bool HasElements(Span<long> ends, int row) => ends[row] > (row == 0 ? 0 : ends[row - 1]);

    private static void WriteValue(NativeBuffer buffer, ArrayElements elements, FieldKind kind, Layout layout, int valuesAt, ref int element)
    {
        while (elements.MoveNext())
        {
            buffer.At(layout.NullsAt + element, 1)[0] = elements.IsNull ? (byte)1 : (byte)0;
            if (layout.Width == 0)
            {
                buffer.WriteString(elements.Text);
            }
            else if (layout.Width == 1)
            {
                buffer.At(valuesAt + element, 1)[0] = (byte)elements.Bits;
            }
            else
            {
                var isWidened = kind == FieldKind.Int64Array && layout.Type == ColumnType.ArrayFloat64;
                var bits = isWidened ? BitConverter.DoubleToInt64Bits(elements.Bits) : elements.Bits;
                MemoryMarshal.Write(buffer.At(valuesAt + (element * sizeof(long)), sizeof(long)), in bits);
            }

            element++;
        }
    }

    /// <summary>Where the parts of the column lie in the buffer.</summary>
    private readonly record struct Layout(ColumnType Type, int Rows, int EndsAt, int NullsAt, int Count)
    {
        /// <summary>Bytes of an element, 0 for strings.</summary>
        public int Width => Type switch
        {
            ColumnType.ArrayBool => 1,
            ColumnType.ArrayString => 0,
            _ => sizeof(long),
        };
    }
}
