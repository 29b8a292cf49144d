using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Writes Nullable(String) columns: a byte a row (1 is null), then a length and bytes for every row, nulls as empty ones.</summary>
internal static class TextEncoder
{
    /// <summary>Writes one column.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="slices">The rows.</param>
    /// <param name="fields">For each slice the index of the field in its batch, or -1.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="extras">Takes what does not fit.</param>
    public static void Write(NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, ReadOnlySpan<int> fields, int rows, ExtraValues extras)
    {
        var nullsAt = buffer.Length;
        buffer.Take(rows).Fill(1);
        for (var i = 0; i < slices.Length; i++)
        {
            var next = slices[i].Start;
            if (fields[i] >= 0)
            {
                WriteSlice(buffer, slices, i, fields[i], nullsAt, ref next, extras);
            }

            buffer.Take(slices[i].Start + slices[i].Count - next).Clear();
        }
    }

    /// <summary>Values come in the order of the rows, so what lies between two of them is null.</summary>
    private static void WriteSlice(
        NativeBuffer buffer, ReadOnlySpan<BlockSlice> slices, int slice, int field, int nullsAt, ref int next, ExtraValues extras)
    {
        ref readonly var rows = ref slices[slice];
        var column = rows.Batch.Fields[field];
        for (var i = 0; i < column.Count; i++)
        {
            var row = rows.ToBlockRow(column.RowAt(i));
            if (row < 0)
            {
                continue;
            }

            if (column.KindAt(i) is not (FieldKind.String or FieldKind.DateTime or FieldKind.Json))
            {
                extras.Add(slice, field, i);
                continue;
            }

            if (row > next)
            {
                buffer.Take(row - next).Clear();
            }

            buffer.At(nullsAt + row, 1)[0] = 0;
            buffer.WriteString(column.BytesAt(i));
            next = row + 1;
        }
    }
}
