using System.Runtime.CompilerServices;
using System.Text;

namespace Analytics.Grains.Columns;

/// <summary>Bytes of a block as it grows. <see cref="Clear"/> keeps the memory for the next block.</summary>
internal sealed class NativeBuffer
{
    /// <summary>A small block's memory, and what larger ones are a multiple of.</summary>
    private const int BytesMin = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes held.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>What was written, valid until more is.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Bytes at a place written before; valid until more is written.</summary>
    public Span<byte> At(int start, int count) => _bytes.AsSpan(start, count);

    /// <summary>Adds <paramref name="count"/> bytes for the caller to fill: they hold anything. Valid until more is written.</summary>
    public Span<byte> Take(int count)
    {
        Reserve(count);
        var taken = _bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }

    /// <summary>Makes room, so that as many bytes follow without growing.</summary>
    public void Reserve(long count)
    {
        if (count > _bytes.Length - Length)
        {
            Grow(count);
        }
    }

    /// <summary>Writes a number in 7-bit groups, lowest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarUInt(uint value)
    {
        Reserve(5);
        while (value >= 0x80)
        {
            _bytes[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Length++] = (byte)value;
    }

    /// <summary>Writes a string: its length and its bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        Reserve(5L + utf8.Length);
        WriteVarUInt((uint)utf8.Length);
        utf8.CopyTo(_bytes.AsSpan(Length));
        Length += utf8.Length;
    }

    /// <summary>Writes a string from text.</summary>
    public void WriteString(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        WriteVarUInt((uint)count);
        Encoding.UTF8.GetBytes(text, Take(count));
    }

    private void Grow(long count)
    {
        var needed = Length + count;
        if (needed > Array.MaxLength)
        {
            throw new ArgumentException($"A block of {needed} bytes is more than one array holds: write fewer rows at once.");
        }

        // Memory that was never used costs the system more than writing it: what is reserved before the first byte is not made larger than that.
        var capacity = Length == 0 ? needed : Math.Max(needed, _bytes.Length * 2L);
        capacity = Math.Min(Array.MaxLength, (capacity + BytesMin - 1) / BytesMin * BytesMin);
        var grown = GC.AllocateUninitializedArray<byte>((int)capacity);
        _bytes.AsSpan(0, Length).CopyTo(grown);
        _bytes = grown;
    }
}
