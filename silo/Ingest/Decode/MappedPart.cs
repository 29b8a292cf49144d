using System.Text.Unicode;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Names of the fields that a message's key and headers become.</summary>
internal static class MappedPart
{
    private static ReadOnlySpan<byte> Base64Suffix => "_base64"u8;

    /// <summary>Bytes at most that <see cref="Name"/> adds to what it is given.</summary>
    public static int SuffixBytes => Base64Suffix.Length;

    /// <summary>
    /// Writes the name of the field. Bytes that are no text go, in base64, to a field of their own: the event is good all the same, and what the bytes
    /// were can be told from every other text.
    /// </summary>
    /// <param name="to">Room for both names and <see cref="SuffixBytes"/>.</param>
    /// <param name="prefix">The key's field, or the prefix of headers.</param>
    /// <param name="header">The header's name; empty for the key.</param>
    /// <param name="value">Key or value.</param>
    /// <returns>The name, in <paramref name="to"/>; not checked.</returns>
    public static ReadOnlySpan<byte> Name(Span<byte> to, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        var suffix = Utf8.IsValid(value) ? default : Base64Suffix;
        prefix.CopyTo(to);
        header.CopyTo(to[prefix.Length..]);
        suffix.CopyTo(to[(prefix.Length + header.Length)..]);
        return to[..(prefix.Length + header.Length + suffix.Length)];
    }
}
