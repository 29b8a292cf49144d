using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.ClickHouseServer.Compression;
using Analytics.Silo.Http.Collect;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>
/// Reads bodies whole, and takes HTTP's and ClickHouse's own compression off, within the limits for one body and for all of them. Whole: a slow sender
/// must not hold a connection of the engine, and one that breaks off must not have inserted half.
/// </summary>
/// <param name="memory">Counts all bodies.</param>
/// <param name="bodyBytesMax">Bytes of one body, compressed and not.</param>
internal sealed class RequestBodies(BodyMemory memory, int bodyBytesMax)
{
    /// <summary>Bytes of a body of a user who may only read, as a multiple of the SQL's limit: he has SQL and values of placeholders, but no data.</summary>
    public const int ReaderFactor = 16;

    // For bodies that do not say their length: most are small.
    private const int CapacityMin = 16 * 1024;

    /// <summary>Reads the body of a request; the receiver disposes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isFramed">Whether the body is in ClickHouse's own compressed frames.</param>
    /// <param name="bytesMax">Bytes of the body, if they are to be fewer than of any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">The body is too large, or not what its headers say.</exception>
    public async Task<BodyBuffer> ReadAsync(HttpRequest request, bool isFramed, long bytesMax, CancellationToken cancellationToken)
    {
        var limit = (int)Math.Min(bytesMax, bodyBytesMax);
        if (!ContentCodings.TryParse(request.Headers.ContentEncoding, out var codings, out var error))
        {
            throw new ClickHouseException(ErrorCodes.NotImplemented, error);
        }

        var body = await ReadRawAsync(request, limit, cancellationToken);
        try
        {
            // What was applied last comes off first.
            for (var i = codings.Count - 1; i >= 0 && body.Length > 0; i--)
            {
                body = Replace(body, Decompress(codings[i], body, limit));
            }

            return isFramed && body.Length > 0 ? Replace(body, Unframe(body, limit)) : body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static BodyBuffer Replace(BodyBuffer body, BodyBuffer with)
    {
        body.Dispose();
        return with;
    }

    private async Task<BodyBuffer> ReadRawAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var length = request.ContentLength;
        if (length > limit)
        {
            throw TooLarge(limit);
        }

        var body = Rent(length ?? CapacityMin, limit);
        try
        {
            while (true)
            {
                if (body.Free.IsEmpty && !body.TryGrow(limit))
                {
                    throw NoMemory();
                }

                var count = await request.Body.ReadAsync(body.Free, cancellationToken);
                if (count == 0)
                {
                    return body;
                }

                body.Length += count;
                if (body.Length > limit)
                {
                    throw TooLarge(limit);
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private BodyBuffer Decompress(ContentCoding coding, BodyBuffer body, int limit)
    {
        var output = Rent(4L * body.Length, limit);
        var fault = Decompressor.Decompress(coding, body, output, limit);
        if (fault == BodyFault.None)
        {
            return output;
        }

        output.Dispose();
        throw fault switch
        {
            BodyFault.TooLarge => TooLarge(limit),
            BodyFault.NoMemory => NoMemory(),
            _ => new ClickHouseException(
                coding == ContentCoding.Brotli ? ErrorCodes.BrotliReadFailed : ErrorCodes.ZlibInflateFailed,
                "The body is not what its Content-Encoding says: its data is cut off or corrupt."),
        };
    }

    private BodyBuffer Unframe(BodyBuffer body, int limit)
    {
        var length = CompressedFrames.PlainLength(body.Written.Span);
        if (length > limit)
        {
            throw TooLarge(limit);
        }

        var output = Rent(length, limit);
        try
        {
            CompressedFrames.Read(body.Written.Span, output.Free.Span[..(int)length]);
            output.Length = (int)length;
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private BodyBuffer Rent(long capacity, int limit) =>
        BodyBuffer.TryRent(memory, (int)Math.Clamp(capacity, 0, limit)) ?? throw NoMemory();

    private static ClickHouseException TooLarge(int limit) => new(
        ErrorCodes.QueryIsTooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The body has more than {limit} bytes (Analytics:ClickHouse:ServeBodyBytesMax, less for users who only read), before or after decompression: send it in several requests."));

    private ClickHouseException NoMemory() => new(
        ErrorCodes.MemoryLimitExceeded,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The bodies of all requests together would have more than {memory.BytesMax} bytes (Analytics:ClickHouse:ServeBodiesBytesMax): try again later."));
}
