using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Analytics.Silo.Log;

/// <summary>The trace that a record belongs to, as W3C's <c>traceparent</c> header of its message. Records that are not sampled have none.</summary>
internal static class LogTrace
{
    // 00-<32 digits of the trace>-<16 of the span>-<2 of flags>
    private const int ParentBytes = 55;

    /// <summary>The header's name.</summary>
    public static ReadOnlySpan<byte> HeaderName => "traceparent"u8;

    /// <summary>Headers for what a span appends; empty when it is not recorded.</summary>
    public static ReadOnlyMemory<byte> HeadersOf(Activity? span)
    {
        if (span is not { Recorded: true, Id: { } id })
        {
            return default;
        }

        var headers = new ArrayBufferWriter<byte>(HeaderName.Length + ParentBytes + (2 * sizeof(int)));
        LogHeaders.Append(headers, HeaderName, Encoding.ASCII.GetBytes(id));
        return headers.WrittenMemory;
    }

    /// <summary>The span that appended a message; false when there is none, or it was not recorded.</summary>
    /// <param name="headers">The message's headers, by whomever it was produced.</param>
    /// <param name="parent">The span.</param>
    public static bool TryRead(ReadOnlySpan<byte> headers, out ActivityContext parent)
    {
        for (var header = new LogHeaders(headers); header.MoveNext();)
        {
            if (header.Name.SequenceEqual(HeaderName))
            {
                parent = default;
                return header.Value.Length == ParentBytes
                    && ActivityContext.TryParse(Encoding.ASCII.GetString(header.Value), null, isRemote: true, out parent)
                    && (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0;
            }
        }

        parent = default;
        return false;
    }
}
