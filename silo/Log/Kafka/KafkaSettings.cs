using System.Globalization;

namespace Analytics.Silo.Log.Kafka;

/// <summary>What librdkafka is told: our defaults, then <c>Kafka:Properties</c>, then what the log must decide itself.</summary>
internal static class KafkaSettings
{
    // Our own name at the broker, in its logs and quotas.
    private const string ClientId = "analytics";

    // Read ahead of the decoder, for each partition: 16 MiB are some 100,000 ordinary events, a tenth of a second at full speed.
    private const string ReadAheadKiB = "16384";

    // A broker answers at the latest after this when it has nothing; a partition that joins waits for that answer.
    private const string FetchWaitMs = "250";

    // A broker that is back is found within this time.
    private const string ReconnectMsMax = "2000";

    // An append that no broker has acknowledged by then is refused: leader elections take seconds, and clients wait half a minute.
    private const string AppendMsMax = "15000";

    // Records that wait for their broker at most: beyond it appends are refused at once.
    private const string AppendsWaitingKiBMax = "131072";

    // A little longer than no wait: appends of requests that come together share a batch.
    private const string LingerMs = "1";

    // Bytes of a record beyond its largest event or dead letter: envelope, key, headers.
    private const long RecordOverheadBytes = 64 * 1024;

    // librdkafka's bound.
    private const long MessageBytesMax = 1_000_000_000;

    // Without idempotence a record whose acknowledgement was lost would be appended twice: its sender decides, who may have given it an id.
    private static readonly KeyValuePair<string, string>[] NoRetries = [new("message.send.max.retries", "0")];

    /// <summary>For reading and committing.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Consumer(KafkaOptions options) => Compose(
        options,
        [
            new("client.id", ClientId),
            new("queued.max.messages.kbytes", ReadAheadKiB),
            new("fetch.wait.max.ms", FetchWaitMs),

            // What a disk has changed since the broker took it must not become events.
            new("check.crcs", "true"),
            new("reconnect.backoff.max.ms", ReconnectMsMax),
            new("log.connection.close", "false"),
        ],
        [
            new("bootstrap.servers", options.BootstrapServers),
            new("group.id", options.Group),

            // Only what is durable in its table is committed, and only by the ledger; the second is the topic's own, older switch.
            new("enable.auto.commit", "false"),
            new("auto.commit.enable", "false"),
            new("enable.auto.offset.store", "false"),

            // An offset that is gone must be told, never jumped over in silence.
            new("auto.offset.reset", "error"),
            new("enable.partition.eof", "true"),
        ]);

    /// <summary>For appending.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="recordBytesMax">The largest record that is ever appended.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Producer(KafkaOptions options, long recordBytesMax)
    {
        // A broker that cannot be asked which requests it knows is older than idempotent producers.
        var isOld = options.Properties.TryGetValue("api.version.request", out var asks) && asks is "false" or "0" or "f";
        var messageBytesMax = Math.Min(MessageBytesMax, Math.Max(1_000_000, recordBytesMax + RecordOverheadBytes));
        return Compose(
            options,
            [
                .. isOld ? NoRetries : [],
                new("client.id", ClientId),
                new("compression.type", "lz4"),
                new("linger.ms", LingerMs),
                new("message.timeout.ms", AppendMsMax),
                new("queue.buffering.max.kbytes", AppendsWaitingKiBMax),
                new("reconnect.backoff.max.ms", ReconnectMsMax),
                new("log.connection.close", "false"),
                new("message.max.bytes", messageBytesMax.ToString(CultureInfo.InvariantCulture)),
                new("enable.idempotence", isOld ? "false" : "true"),
            ],
            [
                new("bootstrap.servers", options.BootstrapServers),
                new("acks", "all"),
            ]);
    }

    private static List<KeyValuePair<string, string>> Compose(
        KafkaOptions options, IEnumerable<KeyValuePair<string, string>> defaults, IEnumerable<KeyValuePair<string, string>> decided)
    {
        var given = options.Properties;
        return [.. defaults.Where(pair => !given.ContainsKey(pair.Key)), .. given, .. decided];
    }
}
