namespace Analytics.Client;

/// <summary>How events are collected and sent in the background.</summary>
public sealed record TrackerOptions
{
    /// <summary>Events that wait at most, sent ones without an answer included; 1 or more. The next one is refused: memory of the application comes first.</summary>
    public int EventsMax { get; init; } = 100_000;

    /// <summary>Bytes of fields that wait at most; 1 or more.</summary>
    public long BytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Events of one request at most, 1 or more. Well within the server's limit of a body.</summary>
    public int BatchEventsMax { get; init; } = 2_000;

    /// <summary>Bytes of fields of one request at most, 1 or more; a larger event travels alone.</summary>
    public int BatchBytesMax { get; init; } = 2 * 1024 * 1024;

    /// <summary>How long a request waits for more events, milliseconds, 0-60,000. What is tracked is seen that much later.</summary>
    public int IntervalMs { get; init; } = 50;

    /// <summary>The first pause before a request is sent again, milliseconds, 1 or more; each further one is twice as long.</summary>
    public int RetryMs { get; init; } = 100;

    /// <summary>The longest pause, milliseconds, not below <see cref="RetryMs"/>; also where the server asks for a longer one.</summary>
    public int RetryMsMax { get; init; } = 10_000;

    /// <summary>How long disposing waits for events that are on their way, milliseconds, 0 or more. What is left then is counted as <see cref="TrackerCounts.Lost"/>.</summary>
    public int DisposeMsMax { get; init; } = 10_000;

    /// <summary>Fails with the name of a setting that is out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(EventsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchEventsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(IntervalMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(IntervalMs, 60_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryMsMax, RetryMs);
        ArgumentOutOfRangeException.ThrowIfNegative(DisposeMsMax);
    }
}
