using System.Buffers.Binary;

namespace Analytics.Silo.Audit;

/// <summary>
/// Walks an answer in the format <c>RowBinary</c>: the columns of a row one after the other, numbers little-endian, a text as its length (LEB128)
/// and its bytes. The caller knows the columns and reads them in order.
/// </summary>
/// <param name="answer">The whole answer.</param>
internal struct RowBinaryReader(byte[] answer)
{
    /// <summary>The format to ask for.</summary>
    public const string Format = "RowBinary";

    private int _at;

    /// <summary>Whether every row was read.</summary>
    public readonly bool IsAtEnd => _at == answer.Length;

    /// <summary>Reads a <c>UInt16</c>.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    /// <summary>Reads a <c>UInt32</c>.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads an <c>Int64</c> or a <c>DateTime64</c>, or a <c>UInt64</c> that is no larger.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads a <c>String</c>; the bytes stay in the answer.</summary>
    public ReadOnlyMemory<byte> ReadString()
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = answer[_at++];
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                var text = answer.AsMemory(_at, length);
                _at += length;
                return text;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var bytes = answer.AsSpan(_at, length);
        _at += length;
        return bytes;
    }
}
