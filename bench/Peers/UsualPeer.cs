using System.Text;
using System.Text.Json;
using Analytics.Silo.Log.Kafka.Native;
using Confluent.Kafka;

namespace Analytics.Bench.Peers;

/// <summary>
/// What a user would write first: <c>Consume</c> of the .NET client, <c>System.Text.Json</c> to see that a message is good, and batches of lines inserted
/// as JSONEachRow.
/// </summary>
internal static class UsualPeer
{
    private const int BatchRows = 65_536;
    private static readonly TimeSpan BatchWaitMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Consumes until killed.</summary>
    public static Task RunAsync(PeerArguments arguments)
    {
        RdKafkaLibrary.Ensure();
        var inserting = PeerEngine.Open(arguments.DataDirectory);
        inserting.Execute(PeerEngine.CreateTable);
        var looking = PeerEngine.Open(arguments.DataDirectory);
        return Task.WhenAll(
            PeerEngine.TellRowsAsync(looking),
            Task.Factory.StartNew(
                () => Consume(arguments, rows => inserting.Execute($"INSERT INTO events FORMAT JSONEachRow {rows}")), TaskCreationOptions.LongRunning));
    }

    private static void Consume(PeerArguments arguments, Action<string> insert)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = arguments.BootstrapServers,
            GroupId = $"usual-{Guid.NewGuid():N}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            ApiVersionRequest = false,
            BrokerVersionFallback = "0.9.0.1",
            SessionTimeoutMs = 20_000,
        };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
        consumer.Subscribe(arguments.Topic);
        var rows = new StringBuilder();
        var count = 0;
        var begin = DateTime.UtcNow;
        while (true)
        {
            if (consumer.Consume(BatchWaitMax) is { } result)
            {
                count += Append(rows, result.Message.Value);
            }

            if (count >= BatchRows || (count > 0 && DateTime.UtcNow - begin > BatchWaitMax))
            {
                insert(rows.ToString());
                consumer.Commit();
                rows.Clear();
                (count, begin) = (0, DateTime.UtcNow);
            }
        }
    }

    private static int Append(StringBuilder rows, byte[] message)
    {
        using var document = JsonDocument.Parse(message);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            Append(rows, document.RootElement);
            return 1;
        }

        foreach (var element in document.RootElement.EnumerateArray())
        {
            Append(rows, element);
        }

        return document.RootElement.GetArrayLength();
    }

    private static void Append(StringBuilder rows, JsonElement row)
    {
        var milliseconds = row.GetProperty("ts").GetInt64();
        rows.Append("{\"ts\":\"").Append(milliseconds / 1000).Append('.').Append((milliseconds % 1000).ToString("D3", System.Globalization.CultureInfo.InvariantCulture))
            .Append("\",").Append(row.GetRawText().AsSpan(row.GetRawText().IndexOf("\"user\"", StringComparison.Ordinal))).Append('\n');
    }
}
