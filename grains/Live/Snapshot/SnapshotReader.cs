using System.Buffers.Binary;
using System.Text;
using Analytics.Grains.Checksums;

namespace Analytics.Grains.Live.Snapshot;

/// <summary>
/// Reads what <see cref="SnapshotWriter"/> wrote, and never beyond it: once something does not fit, <see cref="IsDamaged"/> stays true and everything
/// reads as nought, so that callers ask once, at the end.
/// </summary>
internal ref struct SnapshotReader
{
    private ReadOnlySpan<byte> _rest;

    private SnapshotReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Whether something could not be read.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Whether everything was read, and all of it could be.</summary>
    public readonly bool IsAtEnd => !IsDamaged && _rest.IsEmpty;

    /// <summary>Begins to read, if the check value at the end is right.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> sealedBytes, out SnapshotReader reader)
    {
        var length = sealedBytes.Length - sizeof(uint);
        if (length < 0 || Crc32C.Of(sealedBytes[..length]) != BinaryPrimitives.ReadUInt32LittleEndian(sealedBytes[length..]))
        {
            reader = default;
            return false;
        }

        reader = new SnapshotReader(sealedBytes[..length]);
        return true;
    }

    /// <summary>What was read cannot be.</summary>
    public void Refuse() => IsDamaged = true;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        var one = Take(1);
        return one.IsEmpty ? (byte)0 : one[0];
    }

    /// <summary>Reads a number.</summary>
    public ulong ReadUnsigned()
    {
        var value = ReadGroups();
        IsDamaged |= value > ulong.MaxValue;
        return IsDamaged ? 0 : (ulong)value;
    }

    /// <summary>Reads a number that counts something: 0 or more.</summary>
    public long ReadCount()
    {
        var value = ReadUnsigned();
        IsDamaged |= value > long.MaxValue;
        return IsDamaged ? 0 : (long)value;
    }

    /// <summary>Reads how many items follow; more than the rest has room for is damage.</summary>
    /// <param name="bytesEachMin">Bytes an item takes at least, 1 or more. One item more is allowed: a count may stand one higher than the items.</param>
    public int ReadLength(int bytesEachMin)
    {
        var value = ReadUnsigned();
        IsDamaged |= value > (ulong)(_rest.Length / bytesEachMin) + 1;
        return IsDamaged ? 0 : (int)value;
    }

    /// <summary>Reads a signed number.</summary>
    public long ReadSigned()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a signed number of 128 bits.</summary>
    public Int128 ReadSigned128()
    {
        var value = ReadGroups();
        return (Int128)(value >> 1) ^ -(Int128)(value & 1);
    }

    /// <summary>Reads a double.</summary>
    public double ReadDouble()
    {
        var bytes = Take(sizeof(double));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadDoubleLittleEndian(bytes);
    }

    /// <summary>Reads a word of 8 bytes.</summary>
    public ulong ReadWord()
    {
        var bytes = Take(sizeof(ulong));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads bytes behind their length; a view of the text that is read.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadUnsigned();
        IsDamaged |= length > (ulong)_rest.Length;
        return IsDamaged ? default : Take((int)length);
    }

    /// <summary>Reads text.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (IsDamaged || count > _rest.Length)
        {
            IsDamaged = true;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private UInt128 ReadGroups()
    {
        UInt128 value = 0;
        for (var shift = 0; shift < 128; shift += 7)
        {
            var one = ReadByte();
            value |= (UInt128)(one & 0x7Fu) << shift;
            if (one < 0x80)
            {
                return IsDamaged ? 0 : value;
            }
        }

        IsDamaged = true;
        return 0;
    }
}
