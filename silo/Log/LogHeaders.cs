using System.Buffers;
using System.Buffers.Binary;

namespace Analytics.Silo.Log;

/// <summary>
/// Headers of a message, one after the other in their order, names repeated where the message repeats them: for each a 4-byte little-endian length
/// and the name, a 4-byte length (-1 for no value) and the value. Enumerating allocates nothing.
/// </summary>
internal ref struct LogHeaders
{
    private const int LengthBytes = 4;
    private const int NoValue = -1;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Stands before the first header.</summary>
    /// <param name="encoded">What <see cref="Append"/> and <see cref="AppendNull"/> wrote; empty for no headers.</param>
    public LogHeaders(ReadOnlySpan<byte> encoded) => _rest = encoded;

    /// <summary>The current header's name: any bytes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The current header's value: any bytes, or none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the current header has no value, which is not the same as an empty one.</summary>
    public bool IsNull { get; private set; }

    /// <summary>Adds a header with a value.</summary>
    public static void Append(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        AppendBytes(output, name);
        AppendBytes(output, value);
    }

    /// <summary>Adds a header without a value.</summary>
    public static void AppendNull(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        AppendBytes(output, name);
        AppendLength(output, NoValue);
    }

    /// <summary>Goes to the next header; false after the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are not what was written.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Name = Take(TakeLength());
        var length = TakeLength();
        IsNull = length == NoValue;
        Value = IsNull ? default : Take(length);
        return true;
    }

    private static void AppendBytes(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        AppendLength(output, bytes.Length);
        output.Write(bytes);
    }

    private static void AppendLength(IBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(LengthBytes), length);
        output.Advance(LengthBytes);
    }

    private int TakeLength() => BinaryPrimitives.ReadInt32LittleEndian(Take(LengthBytes));

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
