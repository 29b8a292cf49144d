using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Appends records, each acknowledged by all replicas in sync. Safe from any thread.</summary>
internal sealed class KafkaProducer : IAsyncDisposable
{
    // Records on their way when the log closes get this long; the client refuses them by itself a little earlier.
    private static readonly TimeSpan FlushTimeMax = TimeSpan.FromSeconds(20);

    private readonly ProducerBuilder<byte[]?, byte[]> _builder;
    private readonly KafkaLogMessages _messages;
    private readonly KafkaInstruments _instruments;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<long>, bool> _waiting = new();
    private volatile IProducer<byte[]?, byte[]> _producer;
    private volatile string? _fatal;
    private bool _isClosed;

    /// <summary>Makes a producer; does not wait for a broker.</summary>
    /// <exception cref="EventLogException">The client refuses a setting; the message is its own.</exception>
    public KafkaProducer(IReadOnlyList<KeyValuePair<string, string>> settings, KafkaLogMessages messages, KafkaInstruments instruments, ILogger logger)
    {
        _messages = messages;
        _instruments = instruments;
        _logger = logger;
        _builder = new ProducerBuilder<byte[]?, byte[]>(settings)
            .SetLogHandler((_, line) => _messages.Client((int)line.Level, line.Facility, line.Message))
            .SetErrorHandler(Note);
        _producer = Build();
    }

    /// <summary>A handle for administration that shares the producer's connections.</summary>
    public Handle Handle => _producer.Handle;

    /// <summary>Learns which partitions a topic has now; by itself the client asks every five minutes, and refuses those it does not know.</summary>
    /// <exception cref="EventLogException">No broker answers.</exception>
    public void Meet(string topic, TimeSpan timeout)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(Handle).Build();
            _ = admin.GetMetadata(topic, timeout);
        }
        catch (KafkaException e)
        {
            throw new EventLogException($"no broker answers: {e.Message}", e);
        }
    }

    /// <summary>Appends; completes when it is durable.</summary>
    /// <returns>The record's offset.</returns>
    public Task<long> AppendAsync(KafkaPartition partition, LogRecord record)
    {
        var appended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new Message<byte[]?, byte[]>
        {
            Key = record.Key.IsEmpty ? null : Bytes(record.Key),
            Value = Bytes(record.Value),
            Headers = record.Headers.IsEmpty ? null : KafkaHeaders.Of(record.Headers.Span),
            Timestamp = new Timestamp(record.TimestampMs, TimestampType.CreateTime),
        };
        _waiting.TryAdd(appended, true);
        try
        {
            Produce(Current(), partition, message, appended);
        }
        catch (Exception e)
        {
            _waiting.TryRemove(appended, out _);
            _instruments.Failed(partition);
            throw e is ProduceException<byte[]?, byte[]> refused ? Describe(partition, message, refused.Error) : e;
        }

        return appended.Task;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        await Task.Run(() => End(_producer));

        // With a longer message.timeout.ms than that, the client forgets them without a word.
        foreach (var (appended, _) in _waiting)
        {
            appended.TrySetException(KafkaEventLog.Closed());
        }
    }

    private static void End(IProducer<byte[]?, byte[]> producer)
    {
        producer.Flush(FlushTimeMax);
        producer.Dispose();
    }

    private IProducer<byte[]?, byte[]> Build()
    {
        try
        {
            return _builder.Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new EventLogException($"The Kafka producer cannot be started with these settings (Analytics:Kafka:Properties): {e.Message}", e);
        }
    }

    // A producer that has failed says so to whoever comes first: the record goes to its successor.
    private void Produce(
        IProducer<byte[]?, byte[]> producer, KafkaPartition partition, Message<byte[]?, byte[]> message, TaskCompletionSource<long> appended)
    {
        var target = new TopicPartition(partition.Topic, partition.Partition);
        try
        {
            producer.Produce(target, message, report => Complete(producer, appended, partition, message, report));
        }
        catch (ProduceException<byte[]?, byte[]> e) when (IsFatal(e.Error))
        {
            Note(producer, e.Error);
            var successor = Current();
            successor.Produce(target, message, report => Complete(successor, appended, partition, message, report));
        }
    }

    // The client keeps what it is given as an array of its own.
    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();

    // A producer that has failed for good, as one whose place in the broker's order is lost, takes nothing any more: another one does.
    private IProducer<byte[]?, byte[]> Current()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw KafkaEventLog.Closed();
            }

            if (_fatal is { } reason)
            {
                KafkaLogMessages.ProducerReplaced(_logger, reason);
                var failed = _producer;
                _producer = Build();
                _fatal = null;
                _ = Task.Run(() => End(failed));
            }

            return _producer;
        }
    }

    private void Complete(
        IProducer<byte[]?, byte[]> producer, TaskCompletionSource<long> appended, KafkaPartition partition, Message<byte[]?, byte[]> message,
        DeliveryReport<byte[]?, byte[]> report)
    {
        _waiting.TryRemove(appended, out _);
        if (report.Error.IsError)
        {
            Note(producer, report.Error);
            _instruments.Failed(partition);
            appended.TrySetException(Describe(partition, message, report.Error));
            return;
        }

        _instruments.Appended(partition, (message.Key?.Length ?? 0) + message.Value.Length);
        appended.TrySetResult(report.Offset.Value);
    }

    // One that is replaced still reports the records it had.
    private void Note(IProducer<byte[]?, byte[]> producer, Error error)
    {
        if (IsFatal(error) && ReferenceEquals(producer, _producer))
        {
            _fatal = error.Reason;
        }

        _messages.ClientError((int)error.Code, error.Reason);
    }

    private static bool IsFatal(Error error) => error.IsFatal || error.Code == ErrorCode.Local_Fatal;

    private static EventLogException Describe(KafkaPartition partition, Message<byte[]?, byte[]> message, Error error) => error.Code switch
    {
        ErrorCode.Local_QueueFull => new EventLogFullException("too many records wait for Kafka to acknowledge them (queue.buffering.max.kbytes)."),
        ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.RecordListTooLarge => new EventLogRecordTooLargeException(
            $"Kafka does not take a record of {(message.Key?.Length ?? 0) + message.Value.Length} bytes (message.max.bytes of the broker or of topic {partition.Topic})."),
        ErrorCode.Local_MsgTimedOut => new EventLogException($"{partition} did not take the record in time (message.timeout.ms)."),
        _ => new EventLogException($"{partition} did not take the record: {error.Reason}."),
    };
}
