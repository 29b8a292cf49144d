using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Finds for each column of the table the field of each batch that has its name.</summary>
internal sealed class FieldMap
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private int[] _fields = [];
    private int _sliceCount;

    /// <summary>Looks all fields up; values of fields without a column become extra values at once.</summary>
    /// <exception cref="ArgumentException">Two columns have one name, or one has a fixed column's.</exception>
    public void Fill(ReadOnlySpan<BlockSlice> slices, IReadOnlyList<TableColumn> columns, ExtraValues extras)
    {
        IndexColumns(columns);
        _sliceCount = slices.Length;
        var count = slices.Length * columns.Count;
        if (_fields.Length < count)
        {
            _fields = new int[count];
        }

        Array.Fill(_fields, -1, 0, count);
        for (var slice = 0; slice < slices.Length; slice++)
        {
            var fields = slices[slice].Batch.Fields;
            for (var field = 0; field < fields.Length; field++)
            {
                if (_columns.TryGetValue(fields[field].Name, out var column))
                {
                    _fields[(column * _sliceCount) + slice] = field;
                }
                else
                {
                    AddAll(slices[slice], slice, fields[field], field, extras);
                }
            }
        }
    }

    /// <summary>Gives memory back when there were unusually many batches and columns.</summary>
    public void Trim(int countMax)
    {
        if (_fields.Length > countMax)
        {
            _fields = [];
        }
    }

    /// <summary>For each slice the index of the column's field in its batch, or -1.</summary>
    public ReadOnlySpan<int> OfColumn(int column) => _fields.AsSpan(column * _sliceCount, _sliceCount);

    private static void AddAll(in BlockSlice rows, int slice, FieldColumn values, int field, ExtraValues extras)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (rows.ToBlockRow(values.RowAt(i)) >= 0)
            {
                extras.Add(slice, field, i);
            }
        }
    }

    private void IndexColumns(IReadOnlyList<TableColumn> columns)
    {
        _columns.Clear();
        for (var i = 0; i < columns.Count; i++)
        {
            if (FixedColumns.Contains(columns[i].Name))
            {
                throw new ArgumentException($"'{columns[i].Name}' is a fixed column: no field can have a column of that name.", nameof(columns));
            }

            if (!_columns.TryAdd(columns[i].Name, i))
            {
                throw new ArgumentException($"The column '{columns[i].Name}' is named twice.", nameof(columns));
            }
        }
    }
}
