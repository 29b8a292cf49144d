namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Metrics</c>: what one metric's actor may hold.</summary>
public sealed record MetricOptions
{
    /// <summary>Bytes of rows a metric buffers while its table takes none, 1 MiB-4 GiB; beyond it the actor takes no more and reading pauses.</summary>
    public long BufferBytesMax { get; init; } = 128L * 1024 * 1024;

    /// <summary>Event ids a metric remembers, 1-100,000,000, to recognise a producer's retry. 100,000 is a minute at 1,700 events/s, in about 6 MB;
    /// metrics whose events have no ids pay nothing.</summary>
    public int IdsMax { get; init; } = 100_000;

    /// <summary>Minutes between snapshots of a busy metric's live state, 1-1,440; one that leaves is saved in any case. Five keep what an activation
    /// after a crash has to read from the table to seconds' worth of work, at the cost of one small row.</summary>
    public int SnapshotMinutes { get; init; } = 5;

    /// <summary>Minutes an event id is remembered, 1-10,080 (a week), by the time events were received; <see cref="IdsMax"/> may end it sooner. An hour is longer
    /// than producers retry, and short enough that an activation finds the ids in the table quickly.</summary>
    public int IdMinutes { get; init; } = 60;

    /// <summary>Seconds after its time that an event may be received without being counted as late, 0-86,400; as long before its time, and no window over event
    /// time has it. A minute is what clocks differ by, and longer than most deliveries take.</summary>
    public int GraceSeconds { get; init; } = 60;

    /// <summary><see cref="GraceSeconds"/> in milliseconds.</summary>
    internal long GraceMs => GraceSeconds * 1000L;

    /// <summary>Bytes of a snapshot of a metric's live state, 0-64 MiB; a larger state is not saved, its metric is made from its table instead. 4 MiB
    /// is a state of 240 columns of very many different values; a usual one has 5-30 KB.</summary>
    public int SnapshotBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Minutes a metric without events or readers stays in memory, 1-1,440.</summary>
    public int IdleMinutes { get; init; } = 15;
}
