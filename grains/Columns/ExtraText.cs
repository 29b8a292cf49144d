using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>
/// A value as text in <c>_extra</c>: strings as they are, numbers so that they read back the same, <c>true</c> and <c>false</c>, arrays as JSON.
/// Bytes that are no UTF-8 stay as they are.
/// </summary>
internal static class ExtraText
{
    /// <summary>Longest text of a number: a double in the form -1.2345678901234567E-308.</summary>
    private const int NumberBytesMax = 32;

    /// <summary>Writes one value as a Native string.</summary>
    public static void Write(NativeBuffer buffer, FieldColumn column, int index)
    {
        var kind = column.KindAt(index);
        switch (kind)
        {
            case FieldKind.Bool or FieldKind.Int64 or FieldKind.Float64:
                Span<byte> number = stackalloc byte[NumberBytesMax];
                buffer.WriteString(number[..FormatScalar(kind, column.Bits[index], number)]);
                break;
            case FieldKind.DateTime or FieldKind.String or FieldKind.Json:
                buffer.WriteString(column.BytesAt(index));
                break;
            default:
                WriteArray(buffer, kind, column.BytesAt(index));
                break;
        }
    }

    private static int FormatScalar(FieldKind kind, long bits, Span<byte> text)
    {
        int written;
        switch (kind)
        {
            case FieldKind.Bool:
                Utf8Formatter.TryFormat(bits != 0, text, out written, new StandardFormat('l'));
                break;
            case FieldKind.Int64:
                bits.TryFormat(text, out written, provider: CultureInfo.InvariantCulture);
                break;
            default:
                BitConverter.Int64BitsToDouble(bits).TryFormat(text, out written, "R", CultureInfo.InvariantCulture);
                break;
        }

        return written;
    }

    private static void WriteArray(NativeBuffer buffer, FieldKind kind, ReadOnlySpan<byte> encoded)
    {
        // Every byte of a string becomes at most \u00XX, every number at most its longest text.
        var json = ArrayPool<byte>.Shared.Rent((encoded.Length * 6) + NumberBytesMax);
        var elements = new ArrayElements(kind, encoded);
        var length = 0;
        json[length++] = (byte)'[';
        while (elements.MoveNext())
        {
            if (length > 1)
            {
                json[length++] = (byte)',';
            }

            length += WriteElement(elements, kind, json.AsSpan(length));
        }

        json[length++] = (byte)']';
        buffer.WriteString(json.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(json);
    }

    private static int WriteElement(ArrayElements element, FieldKind kind, Span<byte> json)
    {
        if (element.IsNull)
        {
            "null"u8.CopyTo(json);
            return 4;
        }

        return kind switch
        {
            FieldKind.BoolArray => FormatScalar(FieldKind.Bool, element.Bits, json),
            FieldKind.Int64Array => FormatScalar(FieldKind.Int64, element.Bits, json),
            FieldKind.Float64Array when double.IsFinite(BitConverter.Int64BitsToDouble(element.Bits)) => FormatScalar(FieldKind.Float64, element.Bits, json),
            FieldKind.Float64Array => WriteQuoted(NonFinite(element.Bits), json),
            _ => WriteQuoted(element.Text, json),
        };
    }

    /// <summary>JSON has no numbers for these.</summary>
    private static ReadOnlySpan<byte> NonFinite(long bits) => BitConverter.Int64BitsToDouble(bits) switch
    {
        double.PositiveInfinity => "Infinity"u8,
        double.NegativeInfinity => "-Infinity"u8,
        _ => "NaN"u8,
    };

    private static int WriteQuoted(ReadOnlySpan<byte> text, Span<byte> json)
    {
        var length = 0;
        json[length++] = (byte)'"';
        foreach (var b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                json[length++] = (byte)'\\';
                json[length++] = b;
            }
            else if (b < 0x20)
            {
                "\\u00"u8.CopyTo(json[length..]);
                Utf8Formatter.TryFormat(b, json[(length + 4)..], out _, new StandardFormat('x', 2));
                length += 6;
            }
            else
            {
                json[length++] = b;
            }
        }

        json[length++] = (byte)'"';
        return length;
    }
}
