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
    // For bodies that do not say their length: most are small.
    private const int CapacityMin = 16 * 1024;

    /// <summary>Reads the body of a request; the receiver disposes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isFramed">Whether the body is in ClickHouse's own compressed frames.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">The body is too large, or not what its headers say.</exception>
    public async Task<BodyBuffer> ReadAsync(HttpRequest request, bool isFramed, CancellationToken cancellationToken)
    {
        if (!ContentCodings.TryParse(request.Headers.ContentEncoding, out var codings, out var error))
        {
            throw new ClickHouseException(ErrorCodes.NotImplemented, error);
        }

        var body = await ReadRawAsync(request, cancellationToken);
        try
        {
            // What was applied last comes off first.
            for (var i = codings.Count - 1; i >= 0 && body.Length > 0; i--)
            {
                body = Replace(body, Decompress(codings[i], body));
            }

            return isFramed && body.Length > 0 ? Replace(body, Unframe(body)) : body;
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

    private async Task<BodyBuffer> ReadRawAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var length = request.ContentLength;
        if (length > bodyBytesMax)
        {
            throw TooLarge();
        }

        var body = Rent(length ?? CapacityMin);
        try
        {
            while (true)
            {
                if (body.Free.IsEmpty && !body.TryGrow(bodyBytesMax))
                {
                    throw NoMemory();
                }

                var count = await request.Body.ReadAsync(body.Free, cancellationToken);
                if (count == 0)
                {
                    return body;
                }

                body.Length += count;
                if (body.Length > bodyBytesMax)
                {
                    throw TooLarge();
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private BodyBuffer Decompress(ContentCoding coding, BodyBuffer body)
    {
        var output = Rent(4L * body.Length);
        var fault = Decompressor.Decompress(coding, body, output, bodyBytesMax);
        if (fault == BodyFault.None)
        {
            return output;
        }

        output.Dispose();
        throw fault switch
        {
            BodyFault.TooLarge => TooLarge(),
            BodyFault.NoMemory => NoMemory(),
            _ => new ClickHouseException(
                coding == ContentCoding.Brotli ? ErrorCodes.BrotliReadFailed : ErrorCodes.ZlibInflateFailed,
                "The body is not what its Content-Encoding says: its data is cut off or corrupt."),
        };
    }

    private BodyBuffer Unframe(BodyBuffer body)
    {
        var length = CompressedFrames.PlainLength(body.Written.Span);
        if (length > bodyBytesMax)
        {
            throw TooLarge();
        }

        var output = Rent(length);
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

    private BodyBuffer Rent(long capacity) =>
        BodyBuffer.TryRent(memory, (int)Math.Clamp(capacity, 0, bodyBytesMax)) ?? throw NoMemory();

    private ClickHouseException TooLarge() => new(
        ErrorCodes.QueryIsTooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The body has more than {bodyBytesMax} bytes (Analytics:ClickHouse:ServeBodyBytesMax), before or after decompression: insert in several requests."));

    private ClickHouseException NoMemory() => new(
        ErrorCodes.MemoryLimitExceeded,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The bodies of all requests together would have more than {memory.BytesMax} bytes (Analytics:ClickHouse:ServeBodiesBytesMax): try again later."));
}
