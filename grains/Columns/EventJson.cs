using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>
/// Renders a row of a batch back to the JSON it could have come from: <c>{"project":…,"metric":…,"time":…,"id":…,"fields":{…}}</c>, fields flat.
/// Decoded again it gives the same row: numbers read back as the same bits, arrays keep their kind, JSON values stand as they came.
/// </summary>
/// <remarks>Bytes that are no UTF-8 stay as they are, which only dead letters can hold.</remarks>
public static class EventJson
{
    // Longest text of a number, -1.2345678901234567E-308, and of a time.
    private const int ShortBytesMax = 40;

    /// <summary>Renders one row.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The row's index in it.</param>
    public static byte[] Render(EventBatch batch, int row)
    {
        var json = new ArrayBufferWriter<byte>(256);
        json.Write("{\"project\":"u8);
        WriteText(json, batch.Project);
        json.Write(",\"metric\":"u8);
        WriteText(json, batch.Metric);
        json.Write(",\"time\":"u8);
        WriteTime(json, batch.Times[row]);
        if (!batch.IdAt(row).IsEmpty)
        {
            json.Write(",\"id\":"u8);
            WriteText(json, batch.IdAt(row));
        }

        json.Write(",\"fields\":{"u8);
        var isFirst = true;
        foreach (var column in batch.Fields)
        {
            if (IndexOf(column, row) is >= 0 and var index)
            {
                json.Write(isFirst ? default : ","u8);
                WriteText(json, column.Name);
                json.Write(":"u8);
                WriteValue(json, column, index);
                isFirst = false;
            }
        }

        json.Write("}}"u8);
        return json.WrittenSpan.ToArray();
    }

    private static int IndexOf(FieldColumn column, int row) => column.Rows is null ? row : Array.BinarySearch(column.Rows, row);

    private static void WriteValue(ArrayBufferWriter<byte> json, FieldColumn column, int index)
    {
        var kind = column.KindAt(index);
        switch (kind)
        {
            case FieldKind.Bool or FieldKind.Int64 or FieldKind.Float64:
                WriteScalar(json, kind, column.Bits[index]);
                break;
            case FieldKind.DateTime or FieldKind.String:
                WriteText(json, column.BytesAt(index));
                break;
            case FieldKind.Json:
                json.Write(column.BytesAt(index));
                break;
            default:
                WriteArray(json, kind, column.BytesAt(index));
                break;
        }
    }

    private static void WriteArray(ArrayBufferWriter<byte> json, FieldKind kind, ReadOnlySpan<byte> encoded)
    {
        var elements = new ArrayElements(kind, encoded);
        var separator = "["u8;
        while (elements.MoveNext())
        {
            json.Write(separator);
            separator = ","u8;
            if (elements.IsNull)
            {
                json.Write("null"u8);
            }
            else if (kind == FieldKind.StringArray)
            {
                WriteText(json, elements.Text);
            }
            else
            {
                WriteScalar(json, ScalarOf(kind), elements.Bits);
            }
        }

        json.Write(encoded.IsEmpty ? "[]"u8 : "]"u8);
    }

    private static FieldKind ScalarOf(FieldKind array) => array switch
    {
        FieldKind.BoolArray => FieldKind.Bool,
        FieldKind.Int64Array => FieldKind.Int64,
        _ => FieldKind.Float64,
    };

    private static void WriteScalar(ArrayBufferWriter<byte> json, FieldKind kind, long bits)
    {
        switch (kind)
        {
            case FieldKind.Bool:
                json.Write(bits != 0 ? "true"u8 : "false"u8);
                break;
            case FieldKind.Int64:
                Utf8Formatter.TryFormat(bits, json.GetSpan(ShortBytesMax), out var digits);
                json.Advance(digits);
                break;
            default:
                WriteDouble(json, BitConverter.Int64BitsToDouble(bits));
                break;
        }
    }

    // Without a fraction or an exponent it would be read as an integer.
    private static void WriteDouble(ArrayBufferWriter<byte> json, double value)
    {
        var text = json.GetSpan(ShortBytesMax);
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        var isWhole = text[..length].IndexOfAny((byte)'.', (byte)'E') < 0;
        json.Advance(length);
        json.Write(isWhole ? ".0"u8 : default);
    }

    private static void WriteTime(ArrayBufferWriter<byte> json, long unixMs)
    {
        var text = json.GetSpan(ShortBytesMax);
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).TryFormat(text, out var length, "'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture);
        json.Advance(length);
    }

    private static void WriteText(ArrayBufferWriter<byte> json, string text) => WriteText(json, System.Text.Encoding.UTF8.GetBytes(text));

    private static void WriteText(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> utf8)
    {
        json.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            var plain = IndexOfSpecial(utf8);
            json.Write(utf8[..plain]);
            utf8 = utf8[plain..];
            if (!utf8.IsEmpty)
            {
                WriteEscape(json, utf8[0]);
                utf8 = utf8[1..];
            }
        }

        json.Write("\""u8);
    }

    private static int IndexOfSpecial(ReadOnlySpan<byte> utf8)
    {
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] is < 0x20 or (byte)'"' or (byte)'\\')
            {
                return i;
            }
        }

        return utf8.Length;
    }

    private static void WriteEscape(ArrayBufferWriter<byte> json, byte special)
    {
        var text = json.GetSpan(6);
        if (special < 0x20)
        {
            "\\u00"u8.CopyTo(text);
            Utf8Formatter.TryFormat(special, text[4..], out _, new StandardFormat('x', 2));
            json.Advance(6);
            return;
        }

        text[0] = (byte)'\\';
        text[1] = special;
        json.Advance(2);
    }
}
