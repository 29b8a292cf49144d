using System.Collections.Concurrent;
using Analytics.Silo.Cluster;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Tests.Kafka;

/// <summary>Numbers of topics without tables, for tests that have none.</summary>
internal sealed class MemoryTopicStore : ITopicStore
{
    // One for all stores: it is held for a moment.
    private static readonly LocalLock Lock = new();

    private readonly ConcurrentQueue<TopicNumber> _numbers = new();

    /// <summary>The numbers, in the order they were given.</summary>
    public IReadOnlyCollection<TopicNumber> All => _numbers;

    /// <summary>Durable offsets, by log partition.</summary>
    public ConcurrentDictionary<int, long> Durable { get; } = new();

    public Task<IReadOnlyList<TopicNumber>> ReadNumbersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<TopicNumber>>([.. _numbers]);

    public Task AddAsync(TopicNumber number, CancellationToken cancellationToken)
    {
        _numbers.Enqueue(number);
        return Task.CompletedTask;
    }

    public Task<TopicNumber> ClaimAsync(string cluster, string topic, int above, CancellationToken cancellationToken) =>
        Lock.RunAsync(() => TopicClaim.RunAsync(this, cluster, topic, above, cancellationToken), cancellationToken);

    public Task<IReadOnlyDictionary<int, long>> ReadDurableAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, long>>(Durable.ToDictionary());

    public Task SaveDurableAsync(IReadOnlyDictionary<int, long> offsets, CancellationToken cancellationToken)
    {
        foreach (var (partition, offset) in offsets)
        {
            Durable.AddOrUpdate(partition, offset, (_, saved) => Math.Max(saved, offset));
        }

        return Task.CompletedTask;
    }
}
