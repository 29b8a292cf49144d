using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Analytics.Client.Kafka;

/// <summary>
/// Tracks events straight into the topic that the server reads, without a request to the server. Events of one metric that follow each other travel
/// in one message. Safe to use from any thread; make one and keep it.
/// </summary>
public sealed class KafkaTracker : IEventSender, IDisposable
{
    // Well under a broker's usual limit of 1 MB a message; a larger event travels alone.
    private const int MessageBytesMax = 256 * 1024;

    // Events that are on their way when the tracker is disposed of get this long.
    private static readonly TimeSpan FlushTimeMax = TimeSpan.FromSeconds(10);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;

    /// <summary>Makes a tracker; does not wait for a broker.</summary>
    /// <param name="bootstrapServers">Brokers to begin with, <c>host:port</c>, separated by commas.</param>
    /// <param name="topic">The server's <c>Kafka:Topic</c>.</param>
    /// <param name="properties">librdkafka's own settings, such as <c>security.protocol</c>; they win over the tracker's.</param>
    /// <exception cref="ArgumentException">A setting is not one of librdkafka's, or has a value it does not take.</exception>
    public KafkaTracker(string bootstrapServers, string topic = "events", IReadOnlyDictionary<string, string>? properties = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(bootstrapServers);
        ArgumentException.ThrowIfNullOrEmpty(topic);
        _topic = topic;
        var settings = new Dictionary<string, string>
        {
            ["compression.type"] = "lz4",
            ["linger.ms"] = "5",
            ["enable.idempotence"] = "true",

            // The same partition for a metric as with Kafka's Java clients.
            ["partitioner"] = "murmur2_random",
        };
        foreach (var (name, value) in properties ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        // What is accepted is durable.
        settings["acks"] = "all";
        settings["bootstrap.servers"] = bootstrapServers;
        try
        {
            _producer = new ProducerBuilder<byte[], byte[]>(settings).SetLogHandler(static (_, _) => { }).Build();
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException(e.Message, nameof(properties), e);
        }
    }

    /// <summary>
    /// Sends events and returns when all replicas in sync have them. Whether an event is a good one is known when the server reads it: bad ones
    /// become dead letters there.
    /// </summary>
    /// <param name="events">Any number of events.</param>
    /// <param name="cancellationToken">Gives up waiting; the events may have been taken all the same.</param>
    /// <returns>All of them as accepted.</returns>
    /// <exception cref="AnalyticsException">
    /// Kafka has not taken all of them: <c>log_unavailable</c> (<see cref="AnalyticsException.IsTransient"/>; events with an
    /// <see cref="TrackedEvent.Id"/> can be sent again without harm) or <c>event_too_large</c>.
    /// </exception>
    public async Task<TrackResult> TrackAsync(IEnumerable<TrackedEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var sending = new List<Task>();
        using var body = new MemoryStream();
        using var writer = new Utf8JsonWriter(body);
        TrackedEvent? first = null;
        var count = 0;
        foreach (var tracked in events)
        {
            count++;
            var before = (int)body.Length;
            TrackedEventJson.Write(writer, tracked);
            body.WriteByte((byte)'\n');
            if (first is not null && (first.Project != tracked.Project || first.Metric != tracked.Metric || body.Length > MessageBytesMax))
            {
                var all = body.GetBuffer();
                sending.Add(SendAsync(first, all[..before], cancellationToken));
                var rest = all[before..(int)body.Length];
                body.SetLength(0);
                body.Write(rest);
                first = tracked;
            }

            first ??= tracked;
        }

        if (first is not null)
        {
            sending.Add(SendAsync(first, body.ToArray(), cancellationToken));
        }

        await Task.WhenAll(sending).ConfigureAwait(false);
        return new TrackResult(count, 0, []);
    }

    /// <summary>Waits a while for events that are on their way.</summary>
    public void Dispose()
    {
        _producer.Flush(FlushTimeMax);
        _producer.Dispose();
    }

    private async Task SendAsync(TrackedEvent first, byte[] value, CancellationToken cancellationToken)
    {
        try
        {
            var key = Encoding.UTF8.GetBytes($"{first.Project}/{first.Metric}");
            await _producer.ProduceAsync(_topic, new Message<byte[], byte[]> { Key = key, Value = value }, cancellationToken).ConfigureAwait(false);
        }
        catch (ProduceException<byte[], byte[]> e)
        {
            throw e.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize
                ? new AnalyticsException(413, "event_too_large", $"Kafka does not take a message of {value.Length} bytes.", null)
                : new AnalyticsException(503, "log_unavailable", e.Error.Reason, null);
        }
    }
}
