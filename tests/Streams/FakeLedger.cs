using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Partitions;
using Orleans;

namespace Analytics.Tests.Streams;

/// <summary>The ledger's actor without a silo: the real ledger behind a lock, that can be told to fail.</summary>
internal sealed class FakeLedger : IPartitionGrain
{
    private readonly Ledger _ledger = new(TimeProvider.System);
    private readonly Lock _lock = new();

    /// <summary>Asked before each call; what it returns is thrown.</summary>
    public Func<Exception?> BeforeCall { get; set; } = () => null;

    /// <summary>A grain factory that knows this actor and the metrics' ones.</summary>
    public IGrainFactory Factory => OnlyGrain.Of(this);

    /// <summary>The ledgers of other partitions than 0.</summary>
    public Dictionary<int, FakeLedger> Others { get; } = [];

    /// <summary>The actors of metrics, by key.</summary>
    public Func<string, IMetricGrain> Metric { get; set; } = key => throw new NotSupportedException(key);

    public Task<long> OpenAsync(long committedOffset) => Call(() => _ledger.Open(committedOffset));

    public Task<LedgerStatus> RegisterAsync(long epoch, ChunkRegistration chunk) => Call(() => _ledger.Register(epoch, chunk));

    public Task<LedgerStatus> GetStatusAsync(long epoch) => Call(() => _ledger.Describe(epoch));

    public Task<BatchAcknowledgement[]> GetMissingAsync(long epoch, int batchesMax) => Call(() => _ledger.DescribeMissing(0, epoch, batchesMax));

    public Task AcknowledgeAsync(BatchAcknowledgement[] acknowledgements) => Call(() =>
    {
        _ledger.Acknowledge(acknowledgements);
        return 0;
    });

    public Task EndEpochAsync(long epoch, string reason) => Call(() =>
    {
        _ledger.End(epoch, reason);
        return 0;
    });

    private Task<T> Call<T>(Func<T> call)
    {
        if (BeforeCall() is { } failure)
        {
            return Task.FromException<T>(failure);
        }

        lock (_lock)
        {
            return Task.FromResult(call());
        }
    }

    /// <summary>Answers GetGrain with these actors; the factory's interface has dozens of members that nobody here calls.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy is a class derived from this one.")]
    public class OnlyGrain : DispatchProxy
    {
        private FakeLedger _ledger = null!;

        internal static IGrainFactory Of(FakeLedger ledger)
        {
            var factory = Create<IGrainFactory, OnlyGrain>();
            ((OnlyGrain)(object)factory)._ledger = ledger;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => args switch
        {
            ["0", ..] when targetMethod?.Name == nameof(IGrainFactory.GetGrain) => _ledger,
            [string number, ..] when int.TryParse(number, out var partition) => _ledger.Others[partition],
            [string key, ..] when targetMethod?.Name == nameof(IGrainFactory.GetGrain) => _ledger.Metric(key),
            _ => throw new NotSupportedException(targetMethod?.Name),
        };
    }
}
