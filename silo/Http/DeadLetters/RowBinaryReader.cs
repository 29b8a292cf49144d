using System.Buffers.Binary;
using System.Text;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Reads an answer in the format <c>RowBinary</c>, value after value: the form in which raw bytes need no encoding.</summary>
internal ref struct RowBinaryReader(ReadOnlySpan<byte> answer)
{
    private ReadOnlySpan<byte> _rest = answer;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>A UInt8.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>A UInt32.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>A UInt64.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>An Int64.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>A String's bytes: their number with seven bits a byte, then they.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = ReadByte();
            length |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return Take(length);
            }
        }
    }

    /// <summary>A String as text.</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    private ReadOnlySpan<byte> Take(int size)
    {
        var bytes = _rest[..size];
        _rest = _rest[size..];
        return bytes;
    }
}
