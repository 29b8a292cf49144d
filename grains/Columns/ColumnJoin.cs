using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Adds the kept values of a batch's column to a column of several batches.</summary>
internal static class ColumnJoin
{
    /// <summary>Adds them.</summary>
    /// <param name="builder">The joined column.</param>
    /// <param name="column">The values.</param>
    /// <param name="kept">The batch's rows that are kept, ascending; <see langword="null"/> for all of them.</param>
    /// <param name="firstRow">The row that the first kept one becomes.</param>
    public static void Add(ColumnBuilder builder, FieldColumn column, int[]? kept, int firstRow)
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

            var kind = column.KindAt(i);
            if (kind >= FieldKind.DateTime)
            {
                builder.Add(firstRow + row, kind, column.BytesAt(i));
            }
            else
            {
                builder.Add(firstRow + row, kind, column.Bits[i]);
            }
        }
    }
}
