using System.Buffers;

namespace Analytics.Silo.Http.Collect;

/// <summary>Writes one record into an array of fixed size: <c>[event,event,…]</c>. Whoever writes has counted the bytes before.</summary>
internal sealed class RecordWriter(byte[] bytes) : IBufferWriter<byte>
{
    private int _length;

    /// <summary>Bytes written, without the closing bracket.</summary>
    public int Length => _length;

    /// <summary>Begins the next event: with the bracket, or with a comma.</summary>
    public void Separate() => Append(_length == 0 ? (byte)'[' : (byte)',');

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> span)
    {
        span.CopyTo(bytes.AsSpan(_length));
        _length += span.Length;
    }

    /// <summary>Ends the array and returns the record.</summary>
    public ReadOnlyMemory<byte> Close()
    {
        Append((byte)']');
        return bytes.AsMemory(0, _length);
    }

    /// <inheritdoc />
    public void Advance(int count) => _length += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0) => bytes.AsMemory(_length);

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => bytes.AsSpan(_length);

    private void Append(byte b)
    {
        bytes[_length] = b;
        _length++;
    }
}
