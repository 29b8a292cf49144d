using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Tests.Columns;

/// <summary>What a table is to hold for a value, worked out value by value and without the code under test.</summary>
internal static class ValueModel
{
    private const long Exact = 9_007_199_254_740_992;

    /// <summary>The cell's text as <see cref="BlockTable.ReadAsync"/> gives it, or null when the column does not take the value.</summary>
    public static string? Stored(TestValue value, ColumnType type)
    {
        switch (type)
        {
            case ColumnType.Bool:
                return value.Data is bool flag ? Scalar(flag) : null;
            case ColumnType.Int64:
                return value.Data is long number ? Scalar(number) : null;
            case ColumnType.Float64:
                return value.Data is double or long and >= -Exact and <= Exact ? Scalar(Convert.ToDouble(value.Data, CultureInfo.InvariantCulture)) : null;
            case ColumnType.DateTime:
                return value.Kind == FieldKind.DateTime ? Time((byte[])value.Data) : null;
            case ColumnType.String or ColumnType.LowCardinalityString:
                return value.Data is byte[] bytes ? Scalar(bytes) : null;
            default:
                return value.Data is object?[] elements ? Array(value.Kind, elements, type) : null;
        }
    }

    /// <summary>The value's text in <c>_extra</c>.</summary>
    public static byte[] Extra(TestValue value) => value.Data switch
    {
        byte[] bytes => bytes,
        object?[] elements => [(byte)'[', .. elements.SelectMany((element, i) => (byte[])[.. i > 0 ? ","u8 : default, .. Json(element)]), (byte)']'],
        _ => Plain(value.Data),
    };

    private static string? Time(byte[] text)
    {
        var time = DateTimeOffset.Parse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture);
        return time.UtcDateTime.Year is >= 1900 and <= 2299 ? time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) : null;
    }

    private static string? Array(FieldKind kind, object?[] elements, ColumnType type)
    {
        var isWidened = kind == FieldKind.Int64Array && type == ColumnType.ArrayFloat64;
        var fits = kind == FieldKind.EmptyArray
            || (kind == FieldKind.BoolArray && type == ColumnType.ArrayBool)
            || (kind == FieldKind.Int64Array && type == ColumnType.ArrayInt64)
            || (kind == FieldKind.Float64Array && type == ColumnType.ArrayFloat64)
            || (kind == FieldKind.StringArray && type == ColumnType.ArrayString)
            || (isWidened && elements.All(element => element is null or (long and >= -Exact and <= Exact)));
        return fits ? $"[{string.Join(',', elements.Select(element => Scalar(isWidened && element is long number ? (double)number : element)))}]" : null;
    }

    private static string Scalar(object? value) => value switch
    {
        null => "NULL",
        bool flag => flag ? "1" : "0",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => BitConverter.DoubleToInt64Bits(number).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToHexString((byte[])value),
    };

    private static byte[] Plain(object value) => Encoding.UTF8.GetBytes(value switch
    {
        bool flag => flag ? "true" : "false",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    });

    private static byte[] Json(object? element)
    {
        if (element is not byte[] bytes)
        {
            return element is null ? "null"u8.ToArray() : Plain(element);
        }

        var json = new List<byte> { (byte)'"' };
        foreach (var b in bytes)
        {
            if (b < 32)
            {
                json.AddRange(Encoding.ASCII.GetBytes($"\\u{b:x4}"));
            }
            else
            {
                json.AddRange(b is (byte)'"' or (byte)'\\' ? [(byte)'\\', b] : new[] { b });
            }
        }

        return [.. json, (byte)'"'];
    }
}
