using System.Runtime.InteropServices;

namespace Analytics.Grains.Live;

/// <summary>Compares byte strings by content and finds them by a span, so that a lookup needs no copy. The hash is seeded per process: keys come from outside.</summary>
internal sealed class ByteStringComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>The one instance.</summary>
    public static readonly ByteStringComparer Instance = new();

    private ByteStringComparer()
    {
    }

    /// <inheritdoc />
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc />
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc />
    public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    /// <inheritdoc />
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        // The framework's string hash is keyed and fast; an odd last byte is mixed in by itself.
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate));
        return (alternate.Length & 1) == 0 ? hash : (hash * 31) + alternate[^1];
    }

    /// <inheritdoc />
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
