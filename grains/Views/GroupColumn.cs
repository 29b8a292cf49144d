using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views;

/// <summary>The values of a batch that rows are grouped by, found by their rows.</summary>
internal sealed class GroupColumn
{
    private readonly FieldColumn _column;
    private readonly ColumnType _type;
    private readonly int[] _indexes;

    /// <summary>Finds the values that fit the table's column.</summary>
    /// <param name="column">The batch's column.</param>
    /// <param name="type">The type of the table's column, no array.</param>
    /// <param name="rowCount">Rows of the batch.</param>
    public GroupColumn(FieldColumn column, ColumnType type, int rowCount)
    {
        (_column, _type, _indexes) = (column, type, new int[rowCount]);
        Array.Fill(_indexes, -1);
        for (var index = 0; index < column.Count; index++)
        {
            if (ColumnFit.Fits(column, index, type))
            {
                _indexes[column.RowAt(index)] = index;
            }
        }
    }

    /// <summary>Appends a row's value to a key, or that it has none.</summary>
    public void Append(ref ByteBuffer key, int row)
    {
        if (_indexes[row] is >= 0 and var index)
        {
            GroupKey.Append(ref key, _column, index, _type);
        }
        else
        {
            GroupKey.AppendNone(ref key);
        }
    }
}
