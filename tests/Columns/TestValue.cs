using System.Buffers.Binary;
using System.Text;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Tests.Columns;

/// <summary>A field's value as tests write it: a kind, and a bool, long, double, string, byte[] or an array of those with nulls.</summary>
internal sealed record TestValue(FieldKind Kind, object Data)
{
    public static TestValue Bool(bool value) => new(FieldKind.Bool, value);

    public static TestValue Int(long value) => new(FieldKind.Int64, value);

    public static TestValue Float(double value) => new(FieldKind.Float64, value);

    public static TestValue Time(string text) => new(FieldKind.DateTime, Encoding.UTF8.GetBytes(text));

    public static TestValue Text(string text) => new(FieldKind.String, Encoding.UTF8.GetBytes(text));

    public static TestValue Text(byte[] bytes) => new(FieldKind.String, bytes);

    public static TestValue Json(string text) => new(FieldKind.Json, Encoding.UTF8.GetBytes(text));

    public static TestValue Bools(params bool?[] values) => new(FieldKind.BoolArray, values.Cast<object?>().ToArray());

    public static TestValue Ints(params long?[] values) => new(FieldKind.Int64Array, values.Cast<object?>().ToArray());

    public static TestValue Floats(params double?[] values) => new(FieldKind.Float64Array, values.Cast<object?>().ToArray());

    public static TestValue Texts(params string?[] values) =>
        new(FieldKind.StringArray, values.Select(object? (text) => text is null ? null : Encoding.UTF8.GetBytes(text)).ToArray());

    public static TestValue NoElements(int nullCount = 0) => new(FieldKind.EmptyArray, new object?[nullCount]);

    /// <summary>The value's bits, and its bytes added to the heap, as the decoder would.</summary>
    public long Encode(MemoryStream heap)
    {
        switch (Data)
        {
            case bool flag:
                return flag ? 1 : 0;
            case long number:
                return number;
            case double number:
                return BitConverter.DoubleToInt64Bits(number);
        }

        var start = (int)heap.Length;
        if (Data is byte[] bytes)
        {
            heap.Write(bytes);
        }
        else
        {
            foreach (var element in (object?[])Data)
            {
                EncodeElement(heap, element);
            }
        }

        return FieldColumn.HeapRange(start, (int)heap.Length - start);
    }

    private static void EncodeElement(MemoryStream heap, object? element)
    {
        heap.WriteByte(element is null ? (byte)0 : (byte)1);
        Span<byte> word = stackalloc byte[8];
        switch (element)
        {
            case bool flag:
                heap.WriteByte(flag ? (byte)1 : (byte)0);
                break;
            case long number:
                BinaryPrimitives.WriteInt64LittleEndian(word, number);
                heap.Write(word);
                break;
            case double number:
                BinaryPrimitives.WriteDoubleLittleEndian(word, number);
                heap.Write(word);
                break;
            case byte[] bytes:
                BinaryPrimitives.WriteInt32LittleEndian(word, bytes.Length);
                heap.Write(word[..4]);
                heap.Write(bytes);
                break;
        }
    }
}
