using System.Collections.Concurrent;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Log.Kafka;

/// <summary>
/// Committed offsets and ends of all partitions. Everybody who asks or commits at the same time shares one call. What was committed is also kept
/// beside the tables now and then, because Kafka forgets offsets: after a week without commits, and with a topic that is deleted.
/// </summary>
internal sealed class KafkaOffsets
{
    // A coordinator or leader that does not answer by then is away.
    private const int AskMsMax = 10_000;

    // Between two savings of how far partitions are durable.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    // Kafka's brokers forget offsets after a day (before 2.0) or a week without commits.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromHours(6);

    private readonly KafkaConsumer _consumer;
    private readonly KafkaTopics _topics;
    private readonly ITopicStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GroupedCall<IReadOnlyDictionary<KafkaPartition, long>> _ends;
    private readonly GroupedCall<IReadOnlyDictionary<KafkaPartition, long>> _asked;
    private readonly GroupedCall<bool> _commits;
    private readonly ConcurrentDictionary<KafkaPartition, long> _due = new();
    private readonly ConcurrentDictionary<KafkaPartition, long> _own = new();
    private readonly ConcurrentDictionary<KafkaPartition, bool> _ended = new();
    private readonly Lock _committing = new();
    private readonly ConcurrentDictionary<KafkaPartition, bool> _read = new();
    private readonly ConcurrentDictionary<int, long> _saved = new();
    private long _savedAt;
    private long _refreshedAt;
    private bool _isSavedRead;

    /// <summary>Uses the consumer of the log.</summary>
    public KafkaOffsets(KafkaConsumer consumer, KafkaTopics topics, ITopicStore store, TimeProvider time, ILogger logger)
    {
        _consumer = consumer;
        _topics = topics;
        _store = store;
        _time = time;
        _logger = logger;
        _savedAt = _refreshedAt = time.GetTimestamp();
        _ends = new(() => Ask(PartitionList.ReadEnds));
        _asked = new(() => Ask(PartitionList.ReadCommitted));
        _commits = new(CommitDue);
    }

    /// <summary>How far partitions that this process reads are done with.</summary>
    public IEnumerable<KeyValuePair<KafkaPartition, long>> Own => _own.Where(pair => _read.ContainsKey(pair.Key));

    /// <summary>This process reads a partition from now on, so nobody else commits it.</summary>
    public void Take(KafkaPartition partition) => _read[partition] = true;

    /// <summary>It does not any more.</summary>
    public void Give(KafkaPartition partition) => _read.TryRemove(partition, out _);

    /// <summary>The offset behind the last record that can be read.</summary>
    public async Task<long> ReadEndAsync(KafkaPartition partition, CancellationToken cancellationToken) =>
        (await ReadEndsAsync(cancellationToken)).TryGetValue(partition, out var end) ? end : throw new EventLogException($"{partition} has no end.");

    /// <summary>The ends of all partitions.</summary>
    public Task<IReadOnlyDictionary<KafkaPartition, long>> ReadEndsAsync(CancellationToken cancellationToken) => _ends.RunAsync().WaitAsync(cancellationToken);

    /// <summary>The committed offset; 0 without one. Asks the group unless this process commits the partition itself.</summary>
    public async Task<long> ReadCommittedAsync(KafkaPartition partition, CancellationToken cancellationToken) =>
        _read.ContainsKey(partition) && _own.TryGetValue(partition, out var own) ? own
        : (await _asked.RunAsync().WaitAsync(cancellationToken)).GetValueOrDefault(partition);

    /// <summary>Where reading begins: what the group committed or, if that is further, what is known to be durable.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="first">Its first offset, asked for when nothing of it was ever done with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<long> ReadStartAsync(KafkaPartition partition, Func<long> first, CancellationToken cancellationToken)
    {
        await ReadSavedAsync(cancellationToken);
        var committed = await _asked.RunAsync().WaitAsync(cancellationToken);
        var start = Math.Max(committed.GetValueOrDefault(partition, -1), _saved.GetValueOrDefault(partition.Number, -1));
        start = start >= 0 ? start : await Task.Run(first, cancellationToken);

        // Another process may have gone further than this one, which read the partition before.
        _own[partition] = start;
        return start;
    }

    /// <summary>Commits, with whatever else is due. A lower offset than before is ignored.</summary>
    /// <exception cref="EventLogException">It is not committed, as far as is known.</exception>
    public async Task CommitAsync(KafkaPartition partition, long nextOffset, CancellationToken cancellationToken)
    {
        if ((_own.TryGetValue(partition, out var own) && nextOffset <= own) || _ended.ContainsKey(partition))
        {
            return;
        }

        _due.AddOrUpdate(partition, nextOffset, (_, due) => Math.Max(due, nextOffset));
        await _commits.RunAsync().WaitAsync(cancellationToken);
        await SaveAsync(isForced: false, cancellationToken);
    }

    /// <summary>Commits offsets as they are, lower ones too: for a topic that was made anew. Nothing is committed for its old partitions from then on.</summary>
    public Task ResetAsync(
        IReadOnlyCollection<KafkaPartition> ended, IReadOnlyDictionary<KafkaPartition, long> offsets, CancellationToken cancellationToken) =>
        Task.Run(() => Reset(ended, offsets), cancellationToken);

    /// <summary>Nothing is committed any more for partitions that are the log's no more: another process may have given their topic a new number.</summary>
    public void End(IEnumerable<KafkaPartition> partitions)
    {
        lock (_committing)
        {
            foreach (var partition in partitions)
            {
                _ended.TryAdd(partition, true);
                _due.TryRemove(partition, out _);
                _own.TryRemove(partition, out _);
            }
        }
    }

    /// <summary>What has to be done from time to time: commits that Kafka is about to forget are made again, and saved.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_refreshedAt) >= RefreshInterval)
        {
            _refreshedAt = _time.GetTimestamp();
            // Another silo may read by now, and have committed more of, what this one read before.
            foreach (var (partition, offset) in Own)
            {
                _due.TryAdd(partition, offset);
            }

            await _commits.RunAsync().WaitAsync(cancellationToken);
        }

        await SaveAsync(isForced: false, cancellationToken);
    }

    /// <summary>Saves how far partitions are durable, when it is time or when one never was.</summary>
    public async Task SaveAsync(bool isForced, CancellationToken cancellationToken)
    {
        var changed = _own.Where(pair => _saved.GetValueOrDefault(pair.Key.Number, -1) < pair.Value).ToDictionary(pair => pair.Key.Number, pair => pair.Value);
        var isNew = changed.Keys.Any(number => !_saved.ContainsKey(number));
        if (changed.Count == 0 || !(isForced || isNew || _time.GetElapsedTime(_savedAt) >= SaveInterval))
        {
            return;
        }

        _savedAt = _time.GetTimestamp();
        try
        {
            await ReadSavedAsync(cancellationToken);
            await _store.SaveDurableAsync(changed, cancellationToken);
            foreach (var (number, offset) in changed)
            {
                _saved.AddOrUpdate(number, offset, (_, saved) => Math.Max(saved, offset));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            KafkaLogMessages.Unsaved(_logger, e);
        }
    }

    private async Task ReadSavedAsync(CancellationToken cancellationToken)
    {
        if (!_isSavedRead)
        {
            foreach (var (number, offset) in await _store.ReadDurableAsync(cancellationToken))
            {
                _saved.AddOrUpdate(number, offset, (_, saved) => Math.Max(saved, offset));
            }

            _isSavedRead = true;
        }
    }

    private bool CommitDue()
    {
        lock (_committing)
        {
            var due = _due.Where(pair => !_ended.ContainsKey(pair.Key)).ToArray();
            if (due.Length > 0)
            {
                Commit(due);
                foreach (var (partition, offset) in due)
                {
                    _own.AddOrUpdate(partition, offset, (_, own) => Math.Max(own, offset));
                    _due.TryRemove(new(partition, offset));
                }
            }
        }

        return true;
    }

    private void Reset(IReadOnlyCollection<KafkaPartition> ended, IReadOnlyDictionary<KafkaPartition, long> offsets)
    {
        lock (_committing)
        {
            Commit([.. offsets]);
            End(ended);
        }
    }

    private void Commit(IReadOnlyList<KeyValuePair<KafkaPartition, long>> offsets) => _consumer.Use(handle =>
    {
        PartitionList.Commit(handle, offsets);
        return true;
    });

    private Dictionary<KafkaPartition, long> Ask(Func<nint, IReadOnlyList<KafkaPartition>, int, Dictionary<KafkaPartition, long>> ask) =>
        _consumer.Use(handle => ask(handle, _topics.Partitions.All, AskMsMax));
}
