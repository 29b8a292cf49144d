using Analytics.Grains.Configuration;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.Collect;

/// <summary>Reads a body into memory and takes its compression off, within the limits for one body and for all of them.</summary>
internal sealed class BodyIntake(BodyMemory memory, LimitsOptions limits, HttpOptions options)
{
    // For bodies that do not say their length: most are small.
    private const int CapacityMin = 16 * 1024;

    /// <summary>Reads the body of a request.</summary>
    public async ValueTask<BodyIntakeResult> ReadAsync(HttpContext context)
    {
        if (!ContentCodings.TryParse(context.Request.Headers.ContentEncoding, out var codings, out var error))
        {
            return new BodyIntakeResult(null, new Problem(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.ContentEncodingUnsupported, error));
        }

        var length = context.Request.ContentLength;
        if (length > limits.BodyBytesMax)
        {
            return new BodyIntakeResult(null, TooLarge());
        }

        var body = BodyBuffer.TryRent(memory, (int)(length ?? Math.Min(CapacityMin, limits.BodyBytesMax)));
        if (body is null)
        {
            return new BodyIntakeResult(null, NoMemory());
        }

        try
        {
            var fault = await ReadAllAsync(context, body, length);
            if (fault != BodyFault.None)
            {
                body.Dispose();
                return new BodyIntakeResult(null, ProblemOf(fault));
            }

            return TakeOff(body, codings);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async ValueTask<BodyFault> ReadAllAsync(HttpContext context, BodyBuffer body, long? length)
    {
        while (length is null || body.Length < length)
        {
            if (body.Free.IsEmpty && !body.TryGrow(limits.BodyBytesMax))
            {
                return BodyFault.NoMemory;
            }

            var count = await context.Request.Body.ReadAsync(body.Free, context.RequestAborted);
            if (count == 0)
            {
                break;
            }

            body.Length += count;
            if (body.Length > limits.BodyBytesMax)
            {
                return BodyFault.TooLarge;
            }
        }

        return BodyFault.None;
    }

    // What was applied last comes off first. A body that then still begins as gzip is one whose sender forgot to say so, as a log message may be.
    private BodyIntakeResult TakeOff(BodyBuffer body, List<ContentCoding> codings)
    {
        if (body.Length == 0)
        {
            return new BodyIntakeResult(body, null);
        }

        var raw = body;
        for (var i = codings.Count - 1; i >= -1; i--)
        {
            if (i < 0 && !GzipMessage.IsGzip(body.Written.Span))
            {
                break;
            }

            var coding = i < 0 ? ContentCoding.Gzip : codings[i];
            var capacity = (int)Math.Clamp(4L * body.Length, Math.Min(CapacityMin, limits.BodyBytesMax), limits.BodyBytesMax);
            var output = BodyBuffer.TryRent(memory, capacity);
            var fault = output is null ? BodyFault.NoMemory : Decompressor.Decompress(coding, body, output, limits.BodyBytesMax);
            if (body != raw)
            {
                body.Dispose();
            }

            if (fault != BodyFault.None)
            {
                output?.Dispose();
                return Refuse(raw, fault, i < 0);
            }

            body = output!;
        }

        if (body != raw)
        {
            raw.Dispose();
        }

        return new BodyIntakeResult(body, null);
    }

    // Corrupt bytes are kept: they become a dead letter. The other faults are about now or about size, and the sender still has the bytes.
    private BodyIntakeResult Refuse(BodyBuffer raw, BodyFault fault, bool isUndeclared)
    {
        if (fault != BodyFault.Invalid)
        {
            raw.Dispose();
            return new BodyIntakeResult(null, ProblemOf(fault));
        }

        var code = isUndeclared ? InputErrorCodes.GzipInvalid : ProblemCodes.ContentEncodingInvalid;
        var detail = isUndeclared
            ? "The body begins as gzip, but its data is cut off or corrupt."
            : "The body is not what its Content-Encoding says: its data is cut off or corrupt (deflate means zlib, RFC 1950).";
        return new BodyIntakeResult(raw, new Problem(StatusCodes.Status400BadRequest, code, detail));
    }

    private Problem ProblemOf(BodyFault fault) => fault == BodyFault.TooLarge ? TooLarge() : NoMemory();

    private Problem TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge,
        ProblemCodes.BodyTooLarge,
        $"The body has more than {limits.BodyBytesMax} bytes (Analytics:Limits:BodyBytesMax), before or after decompression. Send the events in several requests.");

    private Problem NoMemory() => BodyProblems.TooManyBodies(memory, options.RetryAfterSeconds);
}
