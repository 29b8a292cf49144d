using System.Text;
using System.Text.Json;

namespace Analytics.Tests.Kafka;

/// <summary>
/// kafkajs, a foreign producer in JavaScript with record batches, headers and gzip of its own. It works with <see cref="MockCluster"/>. Not with
/// <see cref="KafkaBroker"/>: it begins by asking for the versions of requests, which Kafka 0.9 leaves without an answer. Snappy, LZ4 and Zstandard
/// would need further packages.
/// </summary>
/// <param name="bootstrapServers">The cluster.</param>
internal sealed class NodeProducer(string bootstrapServers)
{
    private static readonly string Script = Path.Combine(RepositoryRoot.Path, "tests", "Kafka", "Support", "produce.cjs");

    /// <summary>Sends messages, each group as one request of the client, which makes one record batch a partition of it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="isGzip">Whether batches are compressed.</param>
    /// <param name="requests">The groups.</param>
    public Task SendAsync(string topic, bool isGzip, params KafkaMessage[][] requests)
    {
        var options = JsonSerializer.Serialize(new { compression = isGzip ? "gzip" : "none", acks = -1 });
        var lines = requests.Select(request => JsonSerializer.Serialize(request.Select(Describe)));
        return ToolProcess.RunAsync(
            "node", [Script, bootstrapServers, topic], Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend(options))), ("KAFKAJS_HOME", Home()));
    }

    private static string Home() => Environment.GetEnvironmentVariable("KAFKAJS_HOME")
        ?? throw new InvalidOperationException("KAFKAJS_HOME is not set: ./test does it; otherwise set it to what eng/fetch-kafkajs.sh prints.");

    private static object Describe(KafkaMessage message) => new
    {
        key = Base64(message.Key),
        value = Base64(message.Value),
        partition = message.Partition,
        timestamp = message.TimestampMs?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        headers = message.Headers.GroupBy(header => header.Name).ToDictionary(group => group.Key, group => group.Select(header => Base64(header.Value)).ToArray()),
    };

    private static string? Base64(string? text) => text is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
