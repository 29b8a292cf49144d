namespace Analytics.Grains.Live.Windows;

/// <summary>What tells a window over event time from now.</summary>
/// <param name="time">The clock.</param>
/// <param name="graceMs">How long after its time an event may be received without being late, milliseconds, 0 or more.</param>
internal sealed class EventClock(TimeProvider time, long graceMs)
{
    /// <summary>A minute: what clocks differ by, and longer than most deliveries take.</summary>
    public const long UsualGraceMs = 60_000;

    /// <summary>The machine's clock, and the usual period of grace.</summary>
    public static readonly EventClock Usual = new(TimeProvider.System, UsualGraceMs);

    /// <summary>UTC milliseconds since 1970.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How long after its time an event may be received without being late, milliseconds.</summary>
    public long GraceMs => graceMs;
}
