using System.Buffers.Binary;
using System.Buffers;
using System.Text;
using Analytics.Grains.Checksums;

namespace Analytics.Grains.Live.Snapshot;

/// <summary>Writes a snapshot's values: numbers in 7-bit groups, lowest first; signed ones with the sign in the lowest bit; texts and bytes behind
/// their length. <see cref="SnapshotReader"/> reads them.</summary>
internal sealed class SnapshotWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value) => _bytes.Write([value]);

    /// <summary>Writes a number of 1 to 10 bytes.</summary>
    public void WriteUnsigned(ulong value) => WriteGroups(value);

    /// <summary>Writes a number; small ones of either sign take one byte.</summary>
    public void WriteSigned(long value) => WriteGroups((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a number of 1 to 19 bytes.</summary>
    public void WriteSigned(Int128 value) => WriteGroups((UInt128)((value << 1) ^ (value >> 127)));

    /// <summary>Writes the 8 bytes of a double.</summary>
    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    /// <summary>Writes the 8 bytes of a word: for hashes, which are never small.</summary>
    public void WriteWord(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    /// <summary>Writes a length and as many bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteUnsigned((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    /// <summary>Writes text as UTF-8.</summary>
    public void WriteText(string text) => WriteBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Ends with the check value of everything before it.</summary>
    public byte[] Seal()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), Crc32C.Of(_bytes.WrittenSpan));
        _bytes.Advance(sizeof(uint));
        return _bytes.WrittenSpan.ToArray();
    }

    private void WriteGroups(UInt128 value)
    {
        const int BytesMax = 19;
        var target = _bytes.GetSpan(BytesMax);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)((byte)value | 0x80);
        }

        target[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
