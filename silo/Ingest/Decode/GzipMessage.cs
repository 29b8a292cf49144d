using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Decompresses a gzip message into a reused buffer, up to a limit.</summary>
internal static class GzipMessage
{
    private const int StepBytes = 64 * 1024;

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
                    return null;
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
}
