using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Peers;

namespace Analytics.Bench.Cases;

/// <summary>The same way as in <see cref="KafkaTableCase"/>, against what a user would write first in .NET.</summary>
internal sealed class KafkaUsualCase : ICase
{
    private const string Peer = "Consume, System.Text.Json, JSONEachRow";

    /// <inheritdoc />
    public string Name => "kafka-usual";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var broker = await context.Broker();
        var set = new EventSet(137, HasEnvelope: false, 1, 4);
        var events = context.EventsOf(4_000_000, 2_000_000);
        var topic = await TopicFiller.FillAsync(broker, set, events);
        for (var run = 0; run < context.Runs; run++)
        {
            KafkaTableCase.Note(context, set, Peer, await KafkaTableCase.RunPeerAsync(broker, topic, set, PeerModes.Usual, 1, events));
            KafkaTableCase.Note(context, set, KafkaTableCase.Ours, await KafkaTableCase.RunOursAsync(broker, topic, set, events));
        }

        await broker.DeleteTopicAsync(topic);
        foreach (var unit in (string[])[KafkaTableCase.CpuUnit, KafkaTableCase.WallUnit])
        {
            var ratio = context.Samples.Median(KafkaTableCase.Measure(set, KafkaTableCase.Ours, unit)) / context.Samples.Median(KafkaTableCase.Measure(set, Peer, unit));
            context.Samples.Add($"ours to the usual way, {unit}", ratio, "times");
        }
    }
}
