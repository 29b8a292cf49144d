using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// One broker for all test classes of <see cref="KafkaBrokerCollection"/>, started before the first of their tests and ended after the last. Each
/// test takes topics of its own; a test that kills or pauses the broker starts one of its own.
/// </summary>
public sealed class KafkaBrokerFixture : IAsyncLifetime
{
    private int _topicCount;

    internal KafkaBroker Broker { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => Broker = await KafkaBroker.StartAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Broker is null ? ValueTask.CompletedTask : Broker.DisposeAsync();

    /// <summary>Makes a topic that no other test has, and returns its name.</summary>
    internal async Task<string> CreateTopicAsync(int partitions = 1, IReadOnlyDictionary<string, string>? config = null)
    {
        var name = $"topic-{Interlocked.Increment(ref _topicCount)}";
        await Broker.CreateTopicAsync(name, partitions, config);
        return name;
    }
}
