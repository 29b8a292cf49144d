using System.Buffers.Binary;
using System.Text;

namespace Analytics.Silo.Http.Collect;

/// <summary>
/// A log message for bytes that must become exactly one dead letter, whatever they look like:
/// <code>
/// 1F 8B FF        begins as gzip, with a compression method that does not exist: nothing else is read from it
/// u8              length of the code
/// code            ASCII, why the input was refused
/// u32, little-endian   bytes of the input before a cut
/// raw             the input, cut at the limit
/// </code>
/// </summary>
internal static class SealedInput
{
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0xFF];

    /// <summary>Makes the message.</summary>
    /// <param name="code">Why the input was refused, at most 255 characters of ASCII.</param>
    /// <param name="raw">The input.</param>
    /// <param name="bytesMax">Bytes of the input to keep.</param>
    public static byte[] Seal(string code, ReadOnlySpan<byte> raw, int bytesMax)
    {
        var kept = raw[..Math.Min(raw.Length, bytesMax)];
        var message = new byte[Magic.Length + 1 + code.Length + sizeof(uint) + kept.Length];
        var rest = message.AsSpan();
        Magic.CopyTo(rest);
        rest = rest[Magic.Length..];
        rest[0] = checked((byte)code.Length);
        Encoding.ASCII.GetBytes(code, rest[1..]);
        rest = rest[(1 + code.Length)..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)raw.Length);
        kept.CopyTo(rest[sizeof(uint)..]);
        return message;
    }

    /// <summary>Reads a message back.</summary>
    /// <param name="message">Any log message.</param>
    /// <param name="code">Why the input was refused.</param>
    /// <param name="rawSize">Its bytes before the cut.</param>
    /// <param name="raw">What is left of it.</param>
    /// <returns>Whether the message is such a one.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> message, out string code, out uint rawSize, out ReadOnlySpan<byte> raw)
    {
        code = string.Empty;
        rawSize = 0;
        raw = default;
        if (message.Length <= Magic.Length || !message.StartsWith(Magic))
        {
            return false;
        }

        var codeLength = message[Magic.Length];
        var rest = message[(Magic.Length + 1)..];
        if (rest.Length < codeLength + sizeof(uint))
        {
            return false;
        }

        code = Encoding.ASCII.GetString(rest[..codeLength]);
        rawSize = BinaryPrimitives.ReadUInt32LittleEndian(rest[codeLength..]);
        raw = rest[(codeLength + sizeof(uint))..];
        return true;
    }
}
