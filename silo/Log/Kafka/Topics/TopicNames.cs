using System.Text.RegularExpressions;

namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>Which topics are read: the collector's, the mapped ones, and those of <c>Kafka:Topics</c>.</summary>
internal sealed class TopicNames
{
    // Kafka's own topics, such as __consumer_offsets.
    private const string InternalPrefix = "__";

    // A pattern that takes longer than this for one name is refused by failing.
    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromMilliseconds(100);

    private readonly List<Regex> _patterns = [];

    /// <summary>Reads the settings, which were checked.</summary>
    public TopicNames(KafkaOptions options)
    {
        var names = new List<string> { options.Topic };
        foreach (var part in options.Topics.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == '^')
            {
                _patterns.Add(new Regex(part, RegexOptions.CultureInvariant, MatchTimeMax));
            }
            else
            {
                names.Add(part);
            }
        }

        names.AddRange(options.Mappings.Select(mapping => mapping.Topic));
        Named = [.. names.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Topics that are named, the collector's first.</summary>
    public IReadOnlyList<string> Named { get; }

    /// <summary>Whether topics that are not named may be read, too.</summary>
    public bool HasPatterns => _patterns.Count > 0;

    /// <summary>Whether a topic that is not named is read.</summary>
    public bool Matches(string topic) =>
        _patterns.Exists(pattern => pattern.IsMatch(topic) && (!topic.StartsWith(InternalPrefix, StringComparison.Ordinal) || pattern.ToString().StartsWith("^__", StringComparison.Ordinal)));
}
