using System.Buffers.Binary;
using System.Text;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Walks an answer in the format <c>RowBinary</c>: the columns of a row one after the other, numbers little-endian, a text as its length (LEB128)
/// and its bytes, which need no encoding. The caller knows the columns and reads them in order; what is read beyond the end is a
/// <see cref="FormatException"/>.
/// </summary>
/// <param name="answer">The whole answer.</param>
internal struct RowBinaryReader(ReadOnlyMemory<byte> answer)
{
    /// <summary>The format to ask for.</summary>
    public const string Format = "RowBinary";

    private int _at;

    /// <summary>Whether every row was read.</summary>
    public readonly bool IsAtEnd => _at == answer.Length;

    /// <summary>Reads a <c>UInt8</c>.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads a <c>UInt16</c>.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    /// <summary>Reads a <c>UInt32</c>.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads a <c>UInt64</c>.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads an <c>Int64</c> or a <c>DateTime64</c>, or a <c>UInt64</c> that is no larger.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads a <c>String</c>; the bytes stay in the answer.</summary>
    public ReadOnlyMemory<byte> ReadBytes()
    {
        var length = ReadLength();
        var start = _at;
        Take(length);
        return answer.Slice(start, (int)length);
    }

    /// <summary>Reads the number of an <c>Array</c>'s elements, which follow, or of a text's bytes.</summary>
    public long ReadLength()
    {
        var length = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = ReadByte();
            length |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return length;
            }
        }
    }

    /// <summary>Reads a <c>String</c> of UTF-8.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes().Span);

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > answer.Length - _at)
        {
            throw new FormatException($"An answer ends {length - (answer.Length - _at)} bytes too early.");
        }

        var bytes = answer.Span.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }
}
