using System.Buffers.Binary;
using System.Text;

namespace Analytics.Tests.Kafka;

/// <summary>Writes or reads the big-endian fields of Kafka's and ZooKeeper's requests; both have a length of four bytes before each message.</summary>
internal sealed class BigEndianBuffer
{
    private readonly List<byte> _bytes = [];
    private int _position;

    public BigEndianBuffer Int16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public BigEndianBuffer Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public BigEndianBuffer Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A text with a length of two bytes, as Kafka has it.</summary>
    public BigEndianBuffer ShortText(string text) => Int16((short)Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>A text or bytes with a length of four bytes, as ZooKeeper has it.</summary>
    public BigEndianBuffer LongText(string text) => Int32(Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    public BigEndianBuffer Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public BigEndianBuffer Append(BigEndianBuffer other) => Raw([.. other._bytes]);

    public byte[] ToArray() => [.. _bytes];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public string ReadShortText() => Encoding.UTF8.GetString(Take(ReadInt16()));

    /// <summary>Sends what was written and returns the answer.</summary>
    public async Task<BigEndianBuffer> ExchangeAsync(Stream stream)
    {
        await stream.WriteAsync(new BigEndianBuffer().Int32(_bytes.Count).Raw([.. _bytes])._bytes.ToArray());
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(answer);
        return new BigEndianBuffer().Raw(answer);
    }

    private byte[] Take(int count)
    {
        var taken = _bytes.GetRange(_position, count).ToArray();
        _position += count;
        return taken;
    }
}
