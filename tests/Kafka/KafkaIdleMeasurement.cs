// Goal: how much of a core a silo on Kafka uses while nothing happens.
using System.Diagnostics;
using System.Globalization;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Kafka;

[Collection(KafkaBrokerCollection.Name)]
public sealed class KafkaIdleMeasurement(KafkaBrokerFixture fixture)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    [Theory(Explicit = true)]
    [InlineData(4, 0.03)]
    [InlineData(64, 0.05)]
    public async Task An_idle_silo_uses_next_to_nothing_of_a_core(int partitions, double bar)
    {
        var topic = await fixture.CreateTopicAsync(partitions);
        await using var silo = await RunningSilo.StartNewAsync(fixture.Broker.Options(topic, group: topic).Arguments("--Analytics:Kafka:Properties:fetch.wait.max.ms=250"));
        await silo.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"sale","fields":{"n":1}}"""));
        await silo.UntilTotalAsync("shop", "sale", 1);
        await Task.Delay(Settling);
        var (before, watch) = (silo.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(Measured);
        var share = (silo.ProcessorTime - before) / watch.Elapsed;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle with {partitions} partitions: {share:P2} of a core"));
        Assert.True(share < bar, $"{share:P2}");
    }
}
