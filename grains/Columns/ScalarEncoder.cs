using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Writes Nullable columns of a fixed width: a byte a row (1 is null), then the values.</summary>
internal static class ScalarEncoder
{
    /// <summary>Writes one column.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="slices">The rows.</param>
    /// <param name="fields">For each slice the index of the field in its batch, or -1.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="type">Bool, Int64, Float64 or DateTime.</param>
    /// <param name="extras">Takes what does not fit.</param>
    public static void Write(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, ReadOnlySpan<int> fields, int rows, ColumnType type, ExtraValues extras)
    {
        var width = type == ColumnType.Bool ? 1 : sizeof(long);
        var bytes = buffer.Take(rows * (1 + width));
        var nulls = bytes[..rows];
        var values = bytes[rows..];
        nulls.Fill(1);
        values.Clear();
        for (var i = 0; i < slices.Length; i++)
        {
            if (fields[i] < 0)
            {
                continue;
            }

            if (type == ColumnType.Bool)
            {
                WriteBools(slices, i, fields[i], nulls, values, extras);
            }
            else
            {
                WriteWords(slices, i, fields[i], nulls, MemoryMarshal.Cast<byte, long>(values), type, extras);
            }
        }
    }

    private static void WriteBools(ReadOnlySpan<BlockSlice> slices, int slice, int field, Span<byte> nulls, Span<byte> values, ExtraValues extras)
    {
        var column = slices[slice].Batch.Fields[field];
        for (var i = 0; i < column.Count; i++)
        {
            var row = slices[slice].ToBlockRow(column.RowAt(i));
            if (row < 0)
            {
                continue;
            }

            if (column.KindAt(i) == FieldKind.Bool)
            {
                nulls[row] = 0;
                values[row] = (byte)column.Bits[i];
            }
            else
            {
                extras.Add(slice, field, i);
            }
        }
    }

    private static void WriteWords(
        ReadOnlySpan<BlockSlice> slices, int slice, int field, Span<byte> nulls, Span<long> values, ColumnType type, ExtraValues extras)
    {
        ref readonly var rows = ref slices[slice];
        var column = rows.Batch.Fields[field];
        if (column.Rows is null && rows.Rows is null && IsCopy(column.Kind, type))
        {
            column.Bits.CopyTo(values[rows.Start..]);
            nulls.Slice(rows.Start, column.Count).Clear();
            return;
        }

        for (var i = 0; i < column.Count; i++)
        {
            var row = rows.ToBlockRow(column.RowAt(i));
            if (row < 0)
            {
                continue;
            }

            if (TryWord(column, i, type, out var word))
            {
                nulls[row] = 0;
                values[row] = word;
            }
            else
            {
                extras.Add(slice, field, i);
            }
        }
    }

    /// <summary>Whether the values' bits are the column's.</summary>
    private static bool IsCopy(FieldKind kind, ColumnType type) =>
        (kind == FieldKind.Int64 && type == ColumnType.Int64) || (kind == FieldKind.Float64 && type == ColumnType.Float64);

    private static bool TryWord(FieldColumn column, int index, ColumnType type, out long word)
    {
        var kind = column.KindAt(index);
        word = column.Bits[index];
        if (IsCopy(kind, type))
        {
            return true;
        }

        if (kind == FieldKind.Int64 && type == ColumnType.Float64)
        {
            var isExact = ColumnFit.IsExactDouble(word);
            word = BitConverter.DoubleToInt64Bits(word);
            return isExact;
        }

        return kind == FieldKind.DateTime && type == ColumnType.DateTime && ColumnFit.TryDateTime(column, index, out word);
    }
}
