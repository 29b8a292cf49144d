using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;

namespace Analytics.Grains.Tables;

/// <summary>Chooses the type of a new column from the first values of its field.</summary>
internal static class ColumnInference
{
    /// <summary>Bytes of a value beyond which a text column is no dictionary.</summary>
    internal const int DictionaryValueBytesMax = 64;

    /// <summary>Different values within the first batch beyond which a text column is no dictionary. ClickHouse's dictionaries pay up to about
    /// 10,000 values a part; a hundred in the first batch leaves room.</summary>
    internal const int DictionaryValuesMax = 100;

    /// <summary>The type that takes the first kept value; <see langword="null"/> when the values do not tell (only empty arrays).</summary>
    public static ColumnType? Choose(FieldColumn column, bool[]? keep)
    {
        for (var i = 0; i < column.Count; i++)
        {
            if ((keep is null || keep[column.RowAt(i)]) && OfKind(column.KindAt(i)) is { } type)
            {
                return type == ColumnType.String ? ChooseText(column, keep) : type;
            }
        }

        return null;
    }

    private static ColumnType? OfKind(FieldKind kind) => kind switch
    {
        FieldKind.Bool => ColumnType.Bool,
        FieldKind.Int64 => ColumnType.Int64,
        FieldKind.Float64 => ColumnType.Float64,
        FieldKind.DateTime => ColumnType.DateTime,
        FieldKind.String or FieldKind.Json => ColumnType.String,
        FieldKind.BoolArray => ColumnType.ArrayBool,
        FieldKind.Int64Array => ColumnType.ArrayInt64,
        FieldKind.Float64Array => ColumnType.ArrayFloat64,
        FieldKind.StringArray => ColumnType.ArrayString,
        _ => null,
    };

    private static ColumnType ChooseText(FieldColumn column, bool[]? keep)
    {
        var values = new HashSet<byte[]>(ByteStringComparer.Instance);
        var lookup = values.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var i = 0; i < column.Count; i++)
        {
            if (keep is not null && !keep[column.RowAt(i)])
            {
                continue;
            }

            if (column.KindAt(i) is FieldKind.Json)
            {
                return ColumnType.String;
            }

            if (column.KindAt(i) is not (FieldKind.String or FieldKind.DateTime))
            {
                continue;
            }

            var value = column.BytesAt(i);
            lookup.Add(value);
            if (value.Length > DictionaryValueBytesMax || values.Count > DictionaryValuesMax)
            {
                return ColumnType.String;
            }
        }

        return ColumnType.LowCardinalityString;
    }
}
