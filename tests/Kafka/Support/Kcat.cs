using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Analytics.Tests.Kafka;

/// <summary>
/// Debian's kcat, a foreign producer and consumer in C. To <see cref="KafkaBroker"/> it sends keys and values, plain or compressed with gzip, Snappy or
/// LZ4, null values too. Headers, timestamps, Zstandard and idempotence need <see cref="MockCluster"/>: with 0.9 kcat drops headers and
/// timestamps without a word, sends uncompressed instead of Zstandard, and refuses to be idempotent.
/// </summary>
/// <param name="bootstrapServers">The cluster.</param>
/// <param name="properties">librdkafka's properties: for a <see cref="KafkaBroker"/> its own, else none.</param>
internal sealed class Kcat(string bootstrapServers, IReadOnlyDictionary<string, string>? properties = null)
{
    /// <summary>Sends what standard input holds, a message a line unless <paramref name="arguments"/> say otherwise.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="input">The messages.</param>
    /// <param name="arguments">
    /// Further arguments: <c>-K :</c> what is between key and value, <c>-D ;</c> between messages, <c>-p 0</c> partition, <c>-z gzip</c> compression,
    /// <c>-H name=value</c> header, <c>-Z</c> empty values are null, <c>-X enable.idempotence=true</c> any property.
    /// </param>
    public Task ProduceAsync(string topic, byte[] input, params string[] arguments) =>
        ToolProcess.RunAsync("kcat", Arguments(["-P", "-t", topic, .. arguments]), input);

    /// <inheritdoc cref="ProduceAsync(string, byte[], string[])"/>
    public Task ProduceAsync(string topic, string input, params string[] arguments) => ProduceAsync(topic, Encoding.UTF8.GetBytes(input), arguments);

    /// <summary>Reads a partition from its start to its end.</summary>
    public async Task<KafkaMessage[]> ConsumeAsync(string topic, int partition = 0)
    {
        var output = await ToolProcess.RunAsync(
            "kcat",
            Arguments(["-C", "-q", "-e", "-J", "-o", "beginning", "-t", topic, "-p", partition.ToString(CultureInfo.InvariantCulture)]));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static KafkaMessage Parse(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        var headers = json.TryGetProperty("headers", out var names) ? names.EnumerateArray().Select(text => text.GetString() ?? string.Empty) : [];
        return new KafkaMessage(json.GetProperty("payload").GetString())
        {
            Offset = json.GetProperty("offset").GetInt64(),
            Partition = json.GetProperty("partition").GetInt32(),
            Key = json.GetProperty("key").GetString(),
            TimestampMs = json.TryGetProperty("ts", out var timestamp) ? timestamp.GetInt64() : null,
            Headers = [.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))],
        };
    }

    private IEnumerable<string> Arguments(string[] arguments) =>
    [
        "-b", bootstrapServers,
        .. (properties ?? new Dictionary<string, string>()).SelectMany(
            property => new[] { "-X", $"{property.Key}={property.Value}" }),
        .. arguments,
    ];
}
