using System.Buffers.Binary;
using System.IO.Compression;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>The body of an answer, decompressed.</summary>
/// <param name="Bytes">What came.</param>
/// <param name="Cut">Why it ended before its end; <see langword="null"/> when it is whole.</param>
/// <param name="IsTooLong">Whether reading stopped because there was more than wanted: then only the beginning is kept.</param>
internal sealed record AnswerBody(byte[] Bytes, Exception? Cut, bool IsTooLong)
{
    private const int FirstBytes = 16 * 1024;

    // Head and end of gzip.
    private const int GzipBytesMin = 18;

    // What gzip adds to bytes that cannot be compressed.
    private const int GzipBytesMax = 1024 * 1024;

    /// <summary>Reads a body. One that ends early is returned with what there was: an error's text may be in it.</summary>
    /// <param name="response">The response, of which the headers were read.</param>
    /// <param name="bytesMax">Bytes wanted at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AnswerBody> ReadAsync(HttpResponseMessage response, int bytesMax, CancellationToken cancellationToken)
    {
        if (!response.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            return await ReadAsync(() => response.Content.ReadAsStreamAsync(cancellationToken), bytesMax, cancellationToken);
        }

        var packedMax = (int)Math.Min(Array.MaxLength - 1, bytesMax + (long)GzipBytesMax);
        var packed = await ReadAsync(() => response.Content.ReadAsStreamAsync(cancellationToken), packedMax, cancellationToken);
        if (packed.IsTooLong || packed.Bytes.Length == 0)
        {
            return packed;
        }

        using var source = new MemoryStream(packed.Bytes);
        var plain = await ReadAsync(() => Task.FromResult<Stream>(new GZipStream(source, CompressionMode.Decompress)), bytesMax, cancellationToken);
        return plain.IsTooLong ? plain : plain with { Cut = packed.Cut ?? plain.Cut ?? Missing(packed.Bytes, plain.Bytes.Length) };
    }

    // The last four bytes of gzip are the plain length. The stream does not miss them.
    private static InvalidDataException? Missing(byte[] packed, int length) =>
        packed.Length >= GzipBytesMin && BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - sizeof(uint))) == (uint)length
            ? null
            : new InvalidDataException("the packed answer has no end");

    private static async Task<AnswerBody> ReadAsync(Func<Task<Stream>> open, int bytesMax, CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBytes];
        var length = 0;
        try
        {
            await using var stream = await open();
            while (true)
            {
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, buffer.Length * 2L));
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                if (length > bytesMax)
                {
                    return new AnswerBody(buffer.AsSpan(0, Math.Min(bytesMax, FirstBytes)).ToArray(), null, IsTooLong: true);
                }

                if (read == 0)
                {
                    return new AnswerBody(buffer.AsSpan(0, length).ToArray(), null, IsTooLong: false);
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException)
        {
            return new AnswerBody(buffer.AsSpan(0, length).ToArray(), e, IsTooLong: false);
        }
    }
}
