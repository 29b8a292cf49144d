using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Analytics.Silo.Http.Collect;

/// <summary>
/// Decompresses a whole body, bounded in size, and knows a cut-off one. The framework's streams do not: they end quietly where their input does,
/// at any byte. So gzip gets a member of our own appended, which comes out whole only if everything before it did; zlib's checksum is compared
/// here; and Brotli is decoded without its stream.
/// </summary>
internal static class Decompressor
{
    private const int MarkBytes = 16;
    private const int ZlibChecksumBytes = 4;

    /// <summary>Zlib's two header bytes, an empty block and the checksum: nothing shorter is whole.</summary>
    private const int ZlibBytesMin = 2 + 1 + ZlibChecksumBytes;

    private static readonly byte[] Mark = RandomNumberGenerator.GetBytes(MarkBytes);
    private static readonly byte[] MarkMember = Compress(Mark);

    /// <summary>Takes one coding off.</summary>
    /// <param name="coding">The coding.</param>
    /// <param name="input">The compressed bytes; its slack is written to.</param>
    /// <param name="output">Empty; filled up to the limit.</param>
    /// <param name="bytesMax">Bytes of the output at most.</param>
    public static BodyFault Decompress(ContentCoding coding, BodyBuffer input, BodyBuffer output, int bytesMax)
    {
        try
        {
            return coding switch
            {
                ContentCoding.Gzip => Gunzip(input, output, bytesMax),
                ContentCoding.Deflate => Inflate(input, output, bytesMax),
                _ => UnBrotli(input.Written.Span, output, bytesMax),
            };
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // The streams read memory: an IOException is zlib's word for data that it cannot take, such as one with a preset dictionary.
            return BodyFault.Invalid;
        }
    }

    private static BodyFault Gunzip(BodyBuffer input, BodyBuffer output, int bytesMax)
    {
        if (input.Free.Length < MarkMember.Length && !input.TryGrow(Array.MaxLength - BodyBuffer.SlackBytes))
        {
            return BodyFault.NoMemory;
        }

        MarkMember.CopyTo(input.Free.Span);
        using var gzip = new GZipStream(
            new MemoryStream(input.Array, 0, input.Length + MarkMember.Length, writable: false), CompressionMode.Decompress);
        if (ReadAll(gzip, output, bytesMax, MarkBytes) is var fault and not BodyFault.None)
        {
            return fault;
        }

        if (!output.Written.Span.EndsWith(Mark))
        {
            return BodyFault.Invalid;
        }

        output.Length -= MarkBytes;
        return output.Length > bytesMax ? BodyFault.TooLarge : BodyFault.None;
    }

    private static BodyFault Inflate(BodyBuffer input, BodyBuffer output, int bytesMax)
    {
        if (input.Length < ZlibBytesMin)
        {
            return BodyFault.Invalid;
        }

        using var zlib = new ZLibStream(new MemoryStream(input.Array, 0, input.Length, writable: false), CompressionMode.Decompress);
        if (ReadAll(zlib, output, bytesMax, 0) is var fault and not BodyFault.None)
        {
            return fault;
        }

        var checksum = BinaryPrimitives.ReadUInt32BigEndian(input.Written.Span[^ZlibChecksumBytes..]);
        return checksum == Adler32.Of(output.Written.Span) ? BodyFault.None : BodyFault.Invalid;
    }

    private static BodyFault UnBrotli(ReadOnlySpan<byte> input, BodyBuffer output, int bytesMax)
    {
        using var brotli = default(BrotliDecoder);
        while (true)
        {
            var status = brotli.Decompress(input, output.Free.Span, out var consumed, out var written);
            input = input[consumed..];
            output.Length += written;
            if (output.Length > bytesMax)
            {
                return BodyFault.TooLarge;
            }

            switch (status)
            {
                case OperationStatus.Done:
                    return input.IsEmpty ? BodyFault.None : BodyFault.Invalid;
                case OperationStatus.DestinationTooSmall when output.TryGrow(bytesMax):
                    break;
                case OperationStatus.DestinationTooSmall:
                    return BodyFault.NoMemory;
                default:
                    return BodyFault.Invalid;
            }
        }
    }

    private static BodyFault ReadAll(Stream stream, BodyBuffer output, int bytesMax, int markBytes)
    {
        while (true)
        {
            if (output.Free.IsEmpty && !output.TryGrow(bytesMax))
            {
                return BodyFault.NoMemory;
            }

            var count = stream.Read(output.Free.Span);
            if (count == 0)
            {
                return BodyFault.None;
            }

            output.Length += count;
            if (output.Length > bytesMax + markBytes)
            {
                return BodyFault.TooLarge;
            }
        }
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return member.ToArray();
    }
}
