using System.Diagnostics.Metrics;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Counters of replays, meter <c>Analytics.Replay</c>.</summary>
internal sealed class ReplayInstruments : IDisposable
{
    private readonly Meter _meter = new("Analytics.Replay");
    private readonly Counter<long> _letters;

    /// <summary>Makes the instruments.</summary>
    public ReplayInstruments() => _letters = _meter.CreateCounter<long>(
        "analytics.replay.letters", "{letter}", "Dead letters that a replay looked at, by outcome: replayed, refused, truncated, already.");

    /// <summary>A replay has ended, or stopped.</summary>
    public void Ended(ReplayResult result)
    {
        Add(result.Replayed, "replayed");
        Add(result.StillRefusedCount, "refused");
        Add(result.Truncated, "truncated");
        Add(result.Already, "already");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private void Add(long count, string outcome) => _letters.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
