namespace Analytics.Bench.Peers;

/// <summary>
/// ClickHouse's own way from Kafka to a table: the Kafka engine and a materialised view. Each consumer flushes on its own thread, as often as ours does, so
/// that rows are as fresh; envelopes are read as named tuples, which is the cheapest it can do with them.
/// </summary>
internal static class KafkaEnginePeer
{
    // The engine's own default: a block ends with the interval, never before.
    private const int BlockRows = 1_048_576;

    // It looks at the interval only after what was polled is parsed: a poll of its default size would be a hundred million events in arrays.
    private const int PolledRows = 65_536;

    /// <summary>Consumes until killed.</summary>
    public static Task RunAsync(PeerArguments arguments)
    {
        var connection = PeerEngine.Open(arguments.DataDirectory);
        connection.Execute(PeerEngine.CreateTable);
        connection.Execute($"""
            CREATE TABLE queue ({(arguments.HasEnvelope ? EnvelopeColumns : $"ts Int64, {FieldColumns}")})
            ENGINE = Kafka SETTINGS kafka_broker_list = '{arguments.BootstrapServers}', kafka_topic_list = '{arguments.Topic}', kafka_group_name = 'engine-{Guid.NewGuid():N}',
              kafka_format = 'JSONEachRow', kafka_num_consumers = {arguments.Consumers}, kafka_thread_per_consumer = {(arguments.Consumers > 1 ? 1 : 0)},
              kafka_max_block_size = {BlockRows}, kafka_flush_interval_ms = 500{PollSize(arguments.EventsPerMessage)}
            """);
        connection.Execute(arguments.HasEnvelope
            ? """
              CREATE MATERIALIZED VIEW filler TO events AS SELECT fromUnixTimestamp64Milli(time) AS ts, fields.user AS user, fields.amount AS amount,
                fields.quantity AS quantity, fields.ok AS ok, fields.country AS country, fields.session AS session, fields.page AS page FROM queue
              """
            : """
              CREATE MATERIALIZED VIEW filler TO events AS
              SELECT fromUnixTimestamp64Milli(ts) AS ts, user, amount, quantity, ok, country, session, page FROM queue
              """);
        return PeerEngine.TellRowsAsync(connection);
    }

    private static string PollSize(int eventsPerMessage) =>
        eventsPerMessage > 1 ? $", kafka_poll_max_batch_size = {Math.Max(1, PolledRows / eventsPerMessage)}" : string.Empty;

    private const string FieldColumns = "user String, amount Float64, quantity Int64, ok Bool, country String, session String, page String";
    private const string EnvelopeColumns = $"time Int64, fields Tuple({FieldColumns})";
}
