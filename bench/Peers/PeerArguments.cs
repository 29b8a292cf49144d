using System.Globalization;
using Analytics.Bench.Kafka;
using Analytics.Tests.Kafka;

namespace Analytics.Bench.Peers;

/// <summary>What a peer is told.</summary>
/// <param name="BootstrapServers">The broker.</param>
/// <param name="Topic">The topic.</param>
/// <param name="HasEnvelope">Whether its events have envelopes.</param>
/// <param name="EventsPerMessage">How many each message has.</param>
/// <param name="Consumers">Consumers side by side.</param>
/// <param name="DataDirectory">Where its tables go; the peer's own.</param>
internal sealed record PeerArguments(string BootstrapServers, string Topic, bool HasEnvelope, int EventsPerMessage, int Consumers, string DataDirectory)
{
    /// <summary>For a set in a topic.</summary>
    public static PeerArguments For(KafkaBroker broker, string topic, EventSet set, int consumers, string dataDirectory) =>
        new(broker.BootstrapServers, topic, set.HasEnvelope, set.EventsPerMessage, consumers, dataDirectory);

    /// <summary>Back from <see cref="ToArray"/>.</summary>
    public static PeerArguments Parse(IReadOnlyList<string> texts) =>
        new(texts[0], texts[1], bool.Parse(texts[2]), NumberOf(texts[3]), NumberOf(texts[4]), texts[5]);

    /// <summary>As arguments of a process.</summary>
    public string[] ToArray() =>
    [
        BootstrapServers, Topic, HasEnvelope.ToString(), EventsPerMessage.ToString(CultureInfo.InvariantCulture), Consumers.ToString(CultureInfo.InvariantCulture), DataDirectory,
    ];

    private static int NumberOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
