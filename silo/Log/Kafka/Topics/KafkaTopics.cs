using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>
/// The partitions there are, looked up again and again: topics appear, grow, and are made anew. Each partition keeps its number for ever;
/// numbers are kept beside the tables. One caller at a time, apart from <see cref="Partitions"/>.
/// </summary>
internal sealed class KafkaTopics
{
    private readonly KafkaConsumer _consumer;
    private readonly KafkaOptions _options;
    private readonly ITopicStore _store;
    private readonly ILogger _logger;
    private readonly bool _mayAdd;
    private readonly Action<string>? _meet;
    private readonly TopicNames _names;
    private readonly Dictionary<string, TopicNumber> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private bool _isRead;
    private string _cluster = string.Empty;
    private volatile KafkaPartitions _partitions = KafkaPartitions.None;

    /// <summary>Nothing is looked up yet.</summary>
    /// <param name="consumer">Asks.</param>
    /// <param name="options">Which topics.</param>
    /// <param name="store">Numbers.</param>
    /// <param name="logger">Is told what was found.</param>
    /// <param name="mayAdd">Whether topics without a number get one.</param>
    /// <param name="meet">Called before partitions of the collector's topic are shown for the first time: whoever writes to them must know them. Blocks.</param>
    public KafkaTopics(KafkaConsumer consumer, KafkaOptions options, ITopicStore store, ILogger logger, bool mayAdd, Action<string>? meet)
    {
        _consumer = consumer;
        _options = options;
        _store = store;
        _logger = logger;
        _mayAdd = mayAdd;
        _meet = meet;
        _names = new TopicNames(options);
    }

    /// <summary>What was found last. Another object when something has changed.</summary>
    public KafkaPartitions Partitions => _partitions;

    /// <summary>Topics that are named and were not there at the last look.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    /// <summary>Topics that are named and could not be looked up the last time, with the broker's words.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; private set; } = new Dictionary<string, string>();

    /// <summary>Looks up the topics.</summary>
    /// <exception cref="EventLogException">No broker answered.</exception>
    /// <exception cref="ClickHouseException">Numbers could not be read or given.</exception>
    public async Task LookAsync(int timeoutMs, CancellationToken cancellationToken)
    {
        var (found, refused) = await Task.Run(() => TopicLookup.Find(_consumer, _names, timeoutMs), cancellationToken);
        Refused = refused;
        Missing = [.. _names.Named.Where(name => !found.ContainsKey(name) && !refused.ContainsKey(name))];
        await ReadNumbersAsync(cancellationToken);

        // The collector's topic first, so that it has number 0 where it is alone: its partitions are called as Kafka calls them.
        foreach (var (topic, count) in found.OrderBy(pair => pair.Key != _options.Topic).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!_numbers.ContainsKey(topic) && _mayAdd)
            {
                await AddAsync(topic, cancellationToken);
            }

            await SetCountAsync(topic, Math.Max(count, _counts.GetValueOrDefault(topic)), cancellationToken);
        }

        Publish();
    }

    /// <summary>Partitions that a topic has now.</summary>
    /// <exception cref="EventLogException">No broker answered, or there is no such topic.</exception>
    public async Task<int> CountAsync(string topic, int timeoutMs, CancellationToken cancellationToken)
    {
        var (found, _) = await Task.Run(() => TopicLookup.Find(_consumer, _names, timeoutMs), cancellationToken);
        return found.TryGetValue(topic, out var count) ? count : throw new EventLogException($"topic {topic} does not exist");
    }

    /// <summary>Gives a topic that was made anew a new number: its partitions vanish and come again under others, as many as there are now.</summary>
    public async Task RenewAsync(string topic, int count, CancellationToken cancellationToken)
    {
        await SetCountAsync(topic, count, cancellationToken);
        await AddAsync(topic, cancellationToken);
        Publish();
    }

    private async Task SetCountAsync(string topic, int count, CancellationToken cancellationToken)
    {
        if (topic == _options.Topic && _meet is not null && _counts.GetValueOrDefault(topic) != count)
        {
            await Task.Run(() => _meet(topic), cancellationToken);
        }

        _counts[topic] = count;
    }

    // Those of this cluster: another one's topic of the same name is another topic. Another silo may have given a number since the last look.
    private async Task ReadNumbersAsync(CancellationToken cancellationToken)
    {
        if (_isRead && !_store.IsShared)
        {
            return;
        }

        _cluster = TopicLookup.ClusterOf(_consumer);
        IReadOnlyList<TopicNumber> numbers;
        try
        {
            numbers = await _store.ReadNumbersAsync(cancellationToken);
        }
        catch (ClickHouseException) when (_isRead)
        {
            // What was read before goes on being read while the tables are away.
            return;
        }

        foreach (var number in numbers)
        {
            if (number.Cluster == _cluster && (!_numbers.TryGetValue(number.Topic, out var other) || other.Number < number.Number))
            {
                _numbers[number.Topic] = number;
            }
        }

        _isRead = true;
    }

    private async Task AddAsync(string topic, CancellationToken cancellationToken) =>
        _numbers[topic] = await _store.ClaimAsync(_cluster, topic, _numbers.GetValueOrDefault(topic)?.Number ?? -1, cancellationToken);

    private void Publish()
    {
        var all = new List<KafkaPartition>();
        foreach (var (topic, count) in _counts)
        {
            if (_numbers.TryGetValue(topic, out var number))
            {
                var mapping = _options.Mappings.FirstOrDefault(mapping => mapping.Topic == topic);
                all.AddRange(Enumerable.Range(0, count).Select(partition =>
                    new KafkaPartition(KafkaPartition.NumberOf(number.Number, partition), topic, partition, mapping)));
            }
        }

        all.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        if (!all.Select(partition => partition.Number).SequenceEqual(_partitions.Numbers))
        {
            var before = _partitions;
            _partitions = new KafkaPartitions(all, _options.Topic);
            foreach (var added in all.Where(partition => before.Find(partition.Number) is null).GroupBy(partition => partition.Topic))
            {
                KafkaLogMessages.Found(_logger, added.Key, _counts[added.Key], added.First().Number, added.Last().Number);
            }
        }
    }
}
