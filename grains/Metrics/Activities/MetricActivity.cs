namespace Analytics.Grains.Metrics.Activities;

/// <summary>What one metric's actor counted last, for whoever shows many metrics at once. Written in the actor's turn, read from any thread.</summary>
/// <param name="project">The project.</param>
/// <param name="metric">The metric.</param>
public sealed class MetricActivity(string project, string metric)
{
    private long _total;
    private long _taken;
    private long _drift;
    private long _freshnessMs;
    private long _takenAtMs;

    /// <summary>The project.</summary>
    public string Project { get; } = project;

    /// <summary>The metric.</summary>
    public string Metric { get; } = metric;

    /// <summary>Rows of the live state.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Rows taken by this process since it started; only grows.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Rows by which the table was found to differ, as last measured.</summary>
    public long Drift => Volatile.Read(ref _drift);

    /// <summary>Milliseconds from the arrival of the newest event to its being in the live state.</summary>
    public long FreshnessMs => Volatile.Read(ref _freshnessMs);

    /// <summary>When a batch was last taken, UTC milliseconds since 1970; 0 for not since the start.</summary>
    public long TakenAtMs => Volatile.Read(ref _takenAtMs);

    /// <summary>The live state was read from the table, or made anew from it.</summary>
    /// <param name="total">Its rows.</param>
    internal void Loaded(long total)
    {
        Volatile.Write(ref _total, total);
        Volatile.Write(ref _drift, 0);
    }

    /// <summary>A batch was taken.</summary>
    /// <param name="rows">Its rows, without those that were there before.</param>
    /// <param name="total">Rows of the live state now.</param>
    /// <param name="freshnessMs">Milliseconds since its last event arrived.</param>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    internal void Took(int rows, long total, long freshnessMs, long nowMs)
    {
        Volatile.Write(ref _taken, _taken + rows);
        Volatile.Write(ref _total, total);
        Volatile.Write(ref _freshnessMs, freshnessMs);
        Volatile.Write(ref _takenAtMs, nowMs);
    }

    /// <summary>The table was compared with the live state.</summary>
    internal void Drifted(long rows) => Volatile.Write(ref _drift, rows);
}
