using System.Buffers.Binary;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views;

/// <summary>
/// The values a group is of, as bytes: for each a tag, and what it takes. The same value is the same bytes whether its column has integers or doubles by then, so that a column that
/// becomes wider splits no group.
/// </summary>
internal static class GroupKey
{
    private const byte NoValue = 0;
    private const byte Integer = 1;
    private const byte Number = 2;
    private const byte Truth = 3;
    private const byte Time = 4;
    private const byte Text = 5;

    /// <summary>Appends that a row has no value.</summary>
    public static void AppendNone(ref ByteBuffer key) => key.Append(NoValue);

    /// <summary>Appends a value that fits a column.</summary>
    /// <param name="key">The key so far.</param>
    /// <param name="column">The batch's column.</param>
    /// <param name="index">The value's index (not row) there.</param>
    /// <param name="type">The type of the table's column, no array.</param>
    public static void Append(ref ByteBuffer key, FieldColumn column, int index, ColumnType type)
    {
        switch (type)
        {
            case ColumnType.Bool:
                AppendWord(ref key, Truth, column.Bits[index]);
                break;
            case ColumnType.Int64:
                AppendWord(ref key, Integer, column.Bits[index]);
                break;
            case ColumnType.Float64:
                AppendNumber(ref key, column.KindAt(index) == FieldKind.Int64 ? column.Bits[index] : BitConverter.Int64BitsToDouble(column.Bits[index]));
                break;
            case ColumnType.DateTime:
                AppendWord(ref key, Time, ColumnFit.TryDateTime(column, index, out var timeMs) ? timeMs : 0);
                break;
            default:
                var bytes = column.BytesAt(index);
                AppendWord(ref key, Text, bytes.Length);
                key.Append(bytes);
                break;
        }
    }

    /// <summary>A column's value as the engine has to give it for <see cref="AppendStored"/>.</summary>
    /// <param name="column">The quoted column name.</param>
    /// <param name="type">The column's type; <see langword="null"/> when there is none.</param>
    public static string StoredSql(string column, ColumnType? type) => type switch
    {
        null => "0",
        ColumnType.DateTime => $"toUnixTimestamp64Milli({column})",
        ColumnType.LowCardinalityString => $"CAST({column}, 'Nullable(String)')",
        _ => column,
    };

    /// <summary>Appends a value that a table has.</summary>
    /// <param name="key">The key so far.</param>
    /// <param name="reader">Of <see cref="StoredSql"/>.</param>
    /// <param name="type">The column's type; <see langword="null"/> when there is none.</param>
    public static void AppendStored(ref ByteBuffer key, ref RowBinaryReader reader, ColumnType? type)
    {
        // A constant where there is no column, a mark of NULL where there is one.
        if (reader.ReadByte() != 0 || type is null)
        {
            AppendNone(ref key);
            return;
        }

        switch (type)
        {
            case ColumnType.Bool:
                AppendWord(ref key, Truth, reader.ReadByte());
                break;
            case ColumnType.Float64:
                AppendNumber(ref key, BitConverter.Int64BitsToDouble(reader.ReadInt64()));
                break;
            case ColumnType.Int64 or ColumnType.DateTime:
                AppendWord(ref key, type == ColumnType.Int64 ? Integer : Time, reader.ReadInt64());
                break;
            default:
                var bytes = reader.ReadBytes().Span;
                AppendWord(ref key, Text, bytes.Length);
                key.Append(bytes);
                break;
        }
    }

    /// <summary>The values of a key.</summary>
    /// <param name="key">What was appended.</param>
    /// <param name="count">How many values.</param>
    public static JsonScalar?[] Values(ReadOnlySpan<byte> key, int count)
    {
        var values = new JsonScalar?[count];
        for (var i = 0; i < count; i++)
        {
            var tag = key[0];
            key = key[1..];
            if (tag == NoValue)
            {
                continue;
            }

            var word = BinaryPrimitives.ReadInt64LittleEndian(key);
            key = key[8..];
            values[i] = tag switch
            {
                Integer => JsonScalar.Of((Int128)word),
                Number => JsonScalar.Of(BitConverter.Int64BitsToDouble(word)),
                Truth => new JsonScalar(word != 0 ? "true" : "false"),
                Time => JsonScalar.OfTime(word),
                _ => JsonScalar.OfText(Encoding.UTF8.GetString(key[..(int)word])),
            };
            key = tag == Text ? key[(int)word..] : key;
        }

        return values;
    }

    private static void AppendNumber(ref ByteBuffer key, double value)
    {
        if (Math.Floor(value) == value && Math.Abs(value) <= ColumnFit.ExactIntegerMax)
        {
            AppendWord(ref key, Integer, (long)value);
        }
        else
        {
            AppendWord(ref key, Number, BitConverter.DoubleToInt64Bits(value));
        }
    }

    private static void AppendWord(ref ByteBuffer key, byte tag, long word)
    {
        key.Append(tag);
        BinaryPrimitives.WriteInt64LittleEndian(key.Reserve(8), word);
        key.Length += 8;
    }
}
