namespace Analytics.Tests.Columns;

/// <summary>One event of a <see cref="TestBatch"/>.</summary>
internal sealed record TestRow
{
    public long Offset { get; init; }

    public int Sequence { get; init; }

    /// <summary>1,800,000,000,000 ms is 2027-01-15T08:00:00Z.</summary>
    public long Time { get; init; } = 1_800_000_000_000;

    public long Received { get; init; } = 1_800_000_000_500;

    public string Id { get; init; } = string.Empty;

    public IReadOnlyDictionary<string, TestValue> Fields { get; init; } = new Dictionary<string, TestValue>();
}
