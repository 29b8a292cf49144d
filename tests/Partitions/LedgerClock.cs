namespace Analytics.Tests.Partitions;

/// <summary>A clock that says what it is told.</summary>
internal sealed class LedgerClock : TimeProvider
{
    public long NowMs { get; set; } = 1_800_000_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
