namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Flush</c>: when a metric's buffered rows become one insert.</summary>
public sealed record FlushOptions
{
    /// <summary>Milliseconds the oldest buffered row may wait, 10-600,000. 500 keeps a busy metric's rows under a second old.</summary>
    public int IntervalMs { get; init; } = 500;

    /// <summary>Rows that start an insert at once, 1-1,000,000. 65,000 spreads the cost of an insert well and keeps
    /// a block in a few megabytes; the events of one message always stay together, so a block may be larger.</summary>
    public int RowsMax { get; init; } = 65_000;

    /// <summary>Bytes of buffered columns that start an insert at once, 64 KiB-1 GiB.</summary>
    public int BytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Inserts a second for the whole server, 1-10,000. Small inserts cost the engine 1.5-2.5 ms each (440-690 a second were measured on two cores).</summary>
    public int InsertsPerSecondMax { get; init; } = 200;
}
