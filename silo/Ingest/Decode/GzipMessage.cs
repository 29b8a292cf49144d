using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Decompresses a gzip message into a reused buffer, up to a limit.</summary>
internal static class GzipMessage
{
    private const int StepBytes = 64 * 1024;

    // Header 10, an empty block 2, checksum and size 8.
    private const int BytesMin = 20;
    private const int TrailerBytes = 8;

    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Whether a message begins with gzip's magic bytes; no JSON does.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> message) => message.Length >= 2 && message[0] == 0x1F && message[1] == 0x8B;

    /// <summary>Decompresses a whole message.</summary>
    /// <param name="message">The compressed bytes.</param>
    /// <param name="output">Cleared, then filled.</param>
    /// <param name="bytesMax">Bytes at most.</param>
    /// <returns><see langword="null"/>, or what is wrong; then the output means nothing.</returns>
    public static InputError? Decompress(ReadOnlyMemory<byte> message, ref ByteBuffer output, int bytesMax)
    {
        output.Length = 0;
        using var compressed = MemoryMarshal.TryGetArray(message, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(message.ToArray(), writable: false);
        using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                var read = gzip.Read(output.Reserve(StepBytes));
                if (read == 0)
                {
                    return EndsWithTrailer(message.Span, output.Written) ? null : MessageErrors.Gzip;
                }

                output.Length += read;
                if (output.Length > bytesMax)
                {
                    return MessageErrors.MessageTooLarge(bytesMax);
                }
            }
        }
        catch (InvalidDataException)
        {
            return MessageErrors.Gzip;
        }
    }

    /// <summary>
    /// Whether the message ends with checksum and size of what was decompressed last. The framework's stream ends without a word when a header
    /// is cut off, or when something else follows: either would be a silent loss.
    /// </summary>
    private static bool EndsWithTrailer(ReadOnlySpan<byte> message, ReadOnlySpan<byte> output)
    {
        if (message.Length < BytesMin)
        {
            return false;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(message[^TrailerBytes..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(message[^(TrailerBytes / 2)..]);

        // One member, the usual case: its checksum was verified. Of several only the last one's size is here.
        return size == (uint)output.Length || (size < (uint)output.Length && crc == Crc32(output[^(int)size..]));
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        // The polynomial of gzip (RFC 1952), bits reversed.
        const uint Polynomial = 0xEDB88320;
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
            }

            table[i] = value;
        }

        return table;
    }
}
