// Goal: whichever of silo and broker is killed, and when, every accepted event is in its table exactly once afterwards, and live state says the same.
using Analytics.Tests.Kafka;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class KafkaKillTests(ITestOutputHelper output)
{
    // A quarter of the kills of the file log's test: a broker needs two seconds to come back, and every third kill is one of it.
    private const int CyclesShare = 2;
    private const int BrokerEvery = 3;
    private const int KillMsMax = 900;

    [Fact]
    public async Task Silo_and_broker_killed_again_and_again_neither_lose_nor_double_an_event()
    {
        await using var broker = await KafkaBroker.StartAsync();
        await broker.CreateTopicAsync("events", partitions: 4);
        var options = broker.Options("events");
        await using var run = await FaultRun.StartAsync(
            _ => KafkaLogs.IsDrainedAsync(options), options.Arguments("--Analytics:Kafka:Properties:message.timeout.ms=3000"));
        var random = new Random(run.Seed);
        var cycles = FaultSettings.Cycles / CyclesShare;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await run.Silo.WaitUntilReadyAsync();
            await run.Load.DeliverAsync(1);
            using (var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(KillMsMax) + 1)))
            {
                await moment.WaitForNextTickAsync();
            }

            if (cycle % BrokerEvery == BrokerEvery - 1)
            {
                await broker.RestartAsync();
            }
            else
            {
                await run.Silo.KillAsync();
                run.Silo.Launch();
            }
        }

        await run.Silo.WaitUntilReadyAsync();
        await run.CheckAsync();
        output.WriteLine($"{cycles} kills, {run.Load.Promises.EventCount} events exactly once; {run.Load.Counters}");
    }
}
