using Orleans.Runtime.Providers;

namespace Orleans.Streams;

/// <summary>Waits from <paramref name="min"/> up, at random, with a bound that doubles each time up to <paramref name="max"/>.</summary>
internal sealed class GrowingBackoff(TimeSpan min, TimeSpan max) : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    // 2^20 s is past every maximum.
    private const int AttemptMax = 20;

    public TimeSpan Next(int attempt)
    {
        var bound = min + (Step * (1 << Math.Min(attempt, AttemptMax)));
#pragma warning disable CA5394 // Spreads retries; nothing secret.
        return min + (((bound < max ? bound : max) - min) * Random.Shared.NextDouble());
#pragma warning restore CA5394
    }
}
