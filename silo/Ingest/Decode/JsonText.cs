using System.Buffers.Text;
using System.Text;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Unescapes the inside of a JSON string whose escapes the reader has already found well-formed.</summary>
internal static class JsonText
{
    /// <summary>Writes the UTF-8 text a raw string means.</summary>
    /// <param name="raw">The bytes between the quotes.</param>
    /// <param name="text">Room for as many bytes as <paramref name="raw"/> has; unescaping never lengthens.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False when a <c>\u</c> escape is half of a surrogate pair: no UTF-8 says that.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> raw, Span<byte> text, out int length)
    {
        length = 0;
        while (true)
        {
            var escape = raw.IndexOf((byte)'\\');
            var plain = escape < 0 ? raw : raw[..escape];
            plain.CopyTo(text[length..]);
            length += plain.Length;
            if (escape < 0)
            {
                return true;
            }

            raw = raw[escape..];
            if (raw[1] != (byte)'u')
            {
                text[length++] = Simple(raw[1]);
                raw = raw[2..];
                continue;
            }

            if (!TryReadRune(ref raw, out var rune))
            {
                return false;
            }

            length += rune.EncodeToUtf8(text[length..]);
        }
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escape,
    };

    private static bool TryReadRune(ref ReadOnlySpan<byte> raw, out Rune rune)
    {
        var first = Unit(raw);
        raw = raw[6..];
        if (Rune.TryCreate(first, out rune))
        {
            return true;
        }

        if (raw.Length < 6 || raw[0] != (byte)'\\' || raw[1] != (byte)'u' || !Rune.TryCreate(first, Unit(raw), out rune))
        {
            return false;
        }

        raw = raw[6..];
        return true;
    }

    private static char Unit(ReadOnlySpan<byte> escape)
    {
        _ = Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x');
        return (char)unit;
    }
}
