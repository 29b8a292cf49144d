namespace Analytics.Tests.Telemetry;

/// <summary>A span as it was sent.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, ulong StartNanos, ulong EndNanos)
{
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public required IReadOnlyList<string> Links { get; init; }

    public static ReceivedSpan Read(ProtoFields span) => new(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(7), span.Number(8))
    {
        Tags = span.Messages(9).ToDictionary(tag => tag.Text(1), tag => TextOf(tag.Messages(2).Single())),
        Links = [.. span.Messages(13).Select(link => link.Hex(2))],
    };

    private static string TextOf(ProtoFields any) => any.Text(1) is { Length: > 0 } text ? text : $"{any.Number(3)}";
}
