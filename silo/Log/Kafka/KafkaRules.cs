using System.Globalization;
using System.Text.RegularExpressions;
using Analytics.GrainInterfaces.Names;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Log.Kafka;

/// <summary>What the texts among Kafka's settings must be.</summary>
internal static partial class KafkaRules
{
    // Kafka's own limit: the name is part of a directory's name.
    private const int TopicCharsMax = 249;

    private const int GroupCharsMax = 255;
    private const int PortMax = 65_535;

    private const string Partitions = "the log decides it, the streams share out the partitions";
    private const string Commits = "the log decides it, an offset is committed when the rows before it are durable";
    private const string Acknowledged = "the log decides it, an event is accepted when all replicas in sync have it";

    /// <summary>Settings of librdkafka that the log decides, with what to use instead or why.</summary>
    private static readonly Dictionary<string, string> Decided = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bootstrap.servers"] = "use Analytics:Kafka:BootstrapServers",
        ["metadata.broker.list"] = "use Analytics:Kafka:BootstrapServers",
        ["group.id"] = "use Analytics:Kafka:Group",
        ["group.instance.id"] = Partitions,
        ["partition.assignment.strategy"] = Partitions,
        ["auto.offset.reset"] = "use Analytics:Kafka:OutOfRange",
        ["enable.auto.commit"] = Commits,
        ["auto.commit.enable"] = Commits,
        ["enable.auto.offset.store"] = Commits,
        ["offset.store.method"] = Commits,
        ["enable.partition.eof"] = "the log decides it, it must know where a partition ends",
        ["acks"] = Acknowledged,
        ["request.required.acks"] = Acknowledged,
    };

    /// <summary>Why a setting of librdkafka cannot be given; <see langword="null"/> when it can. Whether it exists the library says itself.</summary>
    public static string? PropertyProblem(string name) => Decided.GetValueOrDefault(name);

    /// <summary>Whether a text is empty or a list of brokers.</summary>
    public static bool AreServers(string? servers) => servers is not null && (servers.Length == 0 || Array.TrueForAll(servers.Split(','), IsServer));

    /// <summary>Whether a topic can have this name.</summary>
    public static bool IsTopic(string? topic) => topic is not null and not "." and not ".." && topic.Length <= TopicCharsMax && TopicName().IsMatch(topic);

    /// <summary>Whether a text is empty or a list of topics and of regular expressions for topics.</summary>
    public static bool AreTopics(string? topics) =>
        topics is not null && (topics.Length == 0 || Array.TrueForAll(topics.Split(',', StringSplitOptions.TrimEntries), IsTopicOrPattern));

    /// <summary>Whether a consumer group can have this name.</summary>
    public static bool IsGroup(string? group) => !string.IsNullOrWhiteSpace(group) && group.Length <= GroupCharsMax;

    /// <summary>Whether a project can have this name.</summary>
    public static bool IsProject(string? project) => project is not null && EventNames.Check(EventNames.ToUtf8(project), "metric"u8) is null;

    /// <summary>Whether it can be the name of a metric, or of a member of an object.</summary>
    public static bool IsName(string? name) => name is not null && FieldName.IsValid(EventNames.ToUtf8(name));

    /// <summary>Whether it is absent or can be what fields' names begin with.</summary>
    public static bool IsPrefix(string? prefix) => prefix is null || IsName(prefix);

    /// <summary>Whether it is absent or can be the field of a key, be the key text or bytes.</summary>
    public static bool IsKeyField(string? name)
    {
        if (name is null)
        {
            return true;
        }

        var bytes = EventNames.ToUtf8(name);
        return FieldName.IsValid(bytes) && bytes.Length + MappedPart.SuffixBytesMax <= FieldName.BytesMax && !FixedColumns.Contains(bytes);
    }

    private static bool IsServer(string server) =>
        Server().Match(server.Trim()) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= PortMax;

    private static bool IsTopicOrPattern(string topic) => topic.StartsWith('^') ? IsPattern(topic) : IsTopic(topic);

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return pattern.Length > 1;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]+\z")]
    private static partial Regex TopicName();

    [GeneratedRegex(@"\A(?:[A-Za-z_]+://)?(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\]):([0-9]{1,5})\z")]
    private static partial Regex Server();
}
