namespace Analytics.Silo.Http.Health;

/// <summary><c>Analytics:Health</c>: when this silo is ready.</summary>
public sealed record HealthOptions
{
    /// <summary>Records of the partitions it reads that wait to be read, all together, up to which a silo is ready, 0-1,000,000,000,000; 0: any number. A million are a few
    /// seconds of reading: one that has just started is given reads when its numbers are of now, one that merely has much to do stays.</summary>
    public long LagRecordsMax { get; init; } = 1_000_000;

    /// <summary>Seconds for which an insert that succeeded shows that ClickHouse takes inserts, 1-3,600; after that a question about readiness makes one of one row.</summary>
    public int WriteSeconds { get; init; } = 30;
}
