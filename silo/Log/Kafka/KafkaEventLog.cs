using System.Collections.Concurrent;
using System.Globalization;
using Analytics.Grains.Configuration;
using Analytics.Silo.Log.Kafka.Native;
using Analytics.Silo.Log.Kafka.Topics;

namespace Analytics.Silo.Log.Kafka;

/// <summary>
/// The log as topics of a Kafka cluster. Partitions are read by assignment, each from where the ledger's watermark was committed to the group:
/// which silo reads which is Orleans' to decide, so nothing here joins the group or waits for its rebalancing.
/// </summary>
internal sealed partial class KafkaEventLog : IEventLog
{
    // A broker that does not answer by then is away.
    private const int AskMsMax = 5_000;

    private readonly KafkaOptions _options;
    private readonly KafkaConsumer _consumer;

    // Brokers answer the requests of a connection one after the other, and one for messages waits until there are some: questions go another way.
    private readonly KafkaConsumer _asker;
    private readonly KafkaProducer? _producer;
    private readonly KafkaLogMessages _messages;
    private readonly KafkaInstruments _instruments = new();
    private readonly KafkaTopics _topics;
    private readonly KafkaOffsets _offsets;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<KafkaReader, KafkaConsumer> _readers = new();
    private readonly ConcurrentDictionary<int, string> _damage = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly int _partitionsOfNewTopic;
    private Task _keeping = Task.CompletedTask;
    private int _closed;

    private KafkaEventLog(KafkaOptions options, int partitionsOfNewTopic, long recordBytesMax, ITopicStore store, ILogger logger, TimeProvider time, bool isReadOnly)
    {
        _options = options;
        _partitionsOfNewTopic = partitionsOfNewTopic;
        _logger = logger;
        Time = time;
        _messages = new KafkaLogMessages(logger, time);
        _consumer = new KafkaConsumer(KafkaSettings.Consumer(options), _messages);
        _asker = new KafkaConsumer(KafkaSettings.Consumer(options), _messages);
        try
        {
            _producer = isReadOnly ? null : new KafkaProducer(KafkaSettings.Producer(options, recordBytesMax), _messages, _instruments, logger);
        }
        catch
        {
            _consumer.Release();
            _asker.Release();
            _instruments.Dispose();
            throw;
        }

        _topics = new KafkaTopics(
            _asker, options, store, logger, mayAdd: !isReadOnly, _producer is null ? null : topic => _producer.Meet(topic, TimeSpan.FromMilliseconds(AskMsMax)));
        _offsets = new KafkaOffsets(_asker, _topics, store, time, logger);
        _instruments.Observe(() => _ends, () => _offsets.Own, () => _damage.Keys);
    }

    /// <inheritdoc />
    public IReadOnlyList<int> Partitions => _topics.Partitions.Numbers;

    /// <inheritdoc />
    public IReadOnlyList<int> WritablePartitions => _topics.Partitions.Writable;

    /// <inheritdoc />
    public int QueueCount => _options.Queues;

    /// <inheritdoc />
    public IReadOnlyList<string> Damage =>
    [
        .. _topics.Partitions.All.Count == 0 ? (string[])[$"Kafka has not been reached yet: {_undiscovered ?? "it is being looked for"}."] : [],
        .. _messages.Trouble is { } trouble ? (string[])[$"Kafka cannot be reached: {trouble}."] : [],
        .. _topics.Missing.Select(topic => $"Topic {topic} does not exist."),
        .. _topics.Refused.Select(pair => $"Topic {pair.Key} cannot be read: {pair.Value}."),
        .. _damage.OrderBy(pair => pair.Key).Select(pair => pair.Value),
    ];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Opens the log. Waits a while for the brokers; without them it is open all the same, and has its partitions as soon as they answer.</summary>
    /// <param name="options">Checked settings.</param>
    /// <param name="partitionsOfNewTopic">Partitions the collector's topic gets when it does not exist.</param>
    /// <param name="recordBytesMax">The largest record that is ever appended.</param>
    /// <param name="store">Keeps what partition numbers mean.</param>
    /// <param name="logger">Gets what happens.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventLogException">librdkafka is missing, or refuses a setting.</exception>
    public static async Task<KafkaEventLog> OpenAsync(
        KafkaOptions options, int partitionsOfNewTopic, long recordBytesMax, ITopicStore store, ILogger<KafkaEventLog> logger, TimeProvider time,
        CancellationToken cancellationToken)
    {
        RdKafkaLibrary.Ensure();
        var log = new KafkaEventLog(options, partitionsOfNewTopic, recordBytesMax, store, logger, time, isReadOnly: false);
        await log.BeginAsync(cancellationToken);
        if (log.Partitions.Count == 0)
        {
            KafkaLogMessages.StartedWithout(logger, log._undiscovered ?? "no answer");
        }

        return log;
    }

    /// <summary>Opens the log to look at it: nothing can be appended or committed, nothing is made.</summary>
    /// <exception cref="EventLogException">librdkafka is missing or refuses a setting, or no broker answers.</exception>
    public static async Task<KafkaEventLog> OpenReadOnlyAsync(
        KafkaOptions options, ITopicStore store, ILogger<KafkaEventLog> logger, TimeProvider time, CancellationToken cancellationToken)
    {
        RdKafkaLibrary.Ensure();
        var log = new KafkaEventLog(options, 1, 0, store, logger, time, isReadOnly: true);
        await log.BeginAsync(cancellationToken);
        if (log.Partitions.Count > 0)
        {
            return log;
        }

        var reason = log._undiscovered ?? "there are none of the topics that were read";
        await log.DisposeAsync();
        throw new EventLogException($"The log in Kafka ({options.BootstrapServers}) cannot be read: {reason}.");
    }

    /// <summary>Bytes of the largest record that is ever appended: one event or refused row, which may grow by half on its way, or a record of many.</summary>
    public static long RecordBytesMax(LimitsOptions limits) =>
        Math.Max(limits.RecordBytesMax, Math.Max(limits.EventBytesMax + (limits.EventBytesMax / 2L), limits.DeadLetterBytesMax));

    /// <summary>What a closed log says.</summary>
    public static EventLogException Closed() => new("The log is closed.");

    /// <inheritdoc />
    public int QueueOf(int partition) => KafkaPartition.QueueOf(partition, _options.Queues);

    /// <inheritdoc />
    public KafkaMapping? MappingOf(int partition) => Find(partition).Mapping;

    /// <inheritdoc />
    public ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        var target = Find(partition);
        var producer = _producer ?? throw ReadOnly();
        return new ValueTask<long>(producer.AppendAsync(target, record).WaitAsync(cancellationToken));
    }

    /// <inheritdoc />
    public ILogReader OpenReader(int partition, long offset, bool mustHave = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ThrowIfClosed();
        var target = Find(partition);

        // The library reads a partition once a handle: whoever comes second gets one of his own.
        var isShared = _consumer.TryTake(target.Topic, target.Partition);
        if (isShared && !_consumer.TryHold())
        {
            throw Closed();
        }

        var consumer = isShared ? _consumer : new KafkaConsumer(KafkaSettings.Consumer(_options), _messages);
        var reader = new KafkaReader(this, consumer, target, offset, mustHave);
        _readers[reader] = consumer;
        if (mustHave)
        {
            _offsets.Take(target);
        }

        return reader;
    }

    /// <inheritdoc />
    public async ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        return await _offsets.ReadCommittedAsync(Find(partition), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> ReadStartAsync(int partition, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        var target = Find(partition);
        return await _offsets.ReadStartAsync(target, () => Watermarks(target).Low, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nextOffset);
        ThrowIfClosed();
        var target = Find(partition);
        if (_producer is null)
        {
            throw ReadOnly();
        }

        await _offsets.CommitAsync(target, nextOffset, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        return await _offsets.ReadEndAsync(Find(partition), cancellationToken);
    }

    /// <summary>Throws when the log is closed.</summary>
    public void ThrowIfClosed()
    {
        if (Volatile.Read(ref _closed) != 0)
        {
            throw Closed();
        }
    }

    /// <summary>A reader has ended.</summary>
    public void Remove(KafkaReader reader, KafkaPartition partition, bool mustHave)
    {
        _readers.TryRemove(reader, out _);
        if (mustHave)
        {
            _offsets.Give(partition);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
        {
            return;
        }

        await _closing.CancelAsync();
        await _keeping;
        if (_producer is not null)
        {
            await _producer.DisposeAsync();
            await _offsets.SaveAsync(isForced: true, CancellationToken.None);
        }

        foreach (var reader in _readers.Keys)
        {
            reader.Wake();
        }

        _instruments.Dispose();
        _closing.Dispose();

        // Ends with the last reader that still holds it.
        await Task.WhenAll(Task.Run(_consumer.Release), Task.Run(_asker.Release));
    }

    private static EventLogException ReadOnly() => new("The log is open for reading only.");

    private KafkaPartition Find(int number)
    {
        var partitions = _topics.Partitions;
        return partitions.Find(number) ?? throw new ArgumentOutOfRangeException(
            nameof(number), number, string.Create(CultureInfo.InvariantCulture, $"The log has no such partition; it has {partitions.Numbers.Count}."));
    }

    private (long Low, long High) Watermarks(KafkaPartition partition) => _asker.Use(handle => Watermarks(handle, partition));

    private static unsafe (long Low, long High) Watermarks(nint handle, KafkaPartition partition)
    {
        long low, high;
        var error = RdKafka.QueryWatermarks(handle, partition.Topic, partition.Partition, &low, &high, AskMsMax);
        return error == 0 ? (low, high) : throw new EventLogException($"{partition} does not tell its offsets: {RdKafkaError.Describe(error)}.");
    }
}
