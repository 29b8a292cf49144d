using System.Runtime.CompilerServices;

namespace Analytics.Grains.Columns;

/// <summary>Bytes that grow at the end and keep their capacity when cut back. A mutable struct: hold it in a field, never copy it.</summary>
internal struct ByteBuffer
{
    private byte[] _bytes;

    /// <summary>Starts empty, with room for <paramref name="capacity"/> bytes.</summary>
    public ByteBuffer(int capacity) => _bytes = capacity == 0 ? [] : new byte[capacity];

    /// <summary>Number of bytes written.</summary>
    public int Length { get; set; }

    /// <summary>Bytes there is room for.</summary>
    public readonly int Capacity => _bytes.Length;

    /// <summary>What was written.</summary>
    public readonly Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Room for <paramref name="size"/> further bytes; add what was used to <see cref="Length"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - Length < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(Length);
    }

    /// <summary>Appends bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        // Beyond 2 GiB the sum overflows, on purpose: a chunk that large was not cut by its owner.
        var needed = checked(Length + size);
        Array.Resize(ref _bytes, (int)Math.Min(Math.Max(Math.Max(needed, 32), _bytes.Length * 2L), Array.MaxLength));
    }
}
