using Analytics.Silo.Log.Kafka.Native;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Analytics.Silo.Log.Kafka;

/// <content>What the log does by itself: looks for topics, makes the collector's, keeps offsets, wakes readers.</content>
internal sealed partial class KafkaEventLog
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // New topics and partitions are found within this time; a lookup is one request a topic.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(15);

    // The ends shown by the gauges are this old at most.
    private static readonly TimeSpan EndsInterval = TimeSpan.FromSeconds(5);

    // A start waits this long for the brokers.
    private static readonly TimeSpan FirstLookMax = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _looking = new(1);
    private IReadOnlyDictionary<KafkaPartition, long> _ends = new Dictionary<KafkaPartition, long>();
    private volatile string? _undiscovered;
    private string? _topicRefusal;
    private bool _isTopicRefused;

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var begin = Time.GetTimestamp();
        await LookAsync(cancellationToken);
        while (Partitions.Count == 0 && Time.GetElapsedTime(begin) < FirstLookMax && (_producer is not null || _undiscovered is not null))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken);
            await LookAsync(cancellationToken);
        }

        _keeping = Task.Run(KeepAsync, CancellationToken.None);
    }

    private async Task KeepAsync()
    {
        var lookedAt = Time.GetTimestamp();
        var endsAt = lookedAt;
        using var timer = new PeriodicTimer(Tick, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                // The client hands its errors over to whoever polls.
                _ = RdKafka.Poll(_consumer.Handle, 0);
                _ = RdKafka.Poll(_asker.Handle, 0);
                foreach (var (reader, consumer) in _readers)
                {
                    Serve(reader, consumer);
                }

                if (_undiscovered is not null || _messages.Trouble is not null || _topics.Missing.Count + _topics.Refused.Count > 0 || Time.GetElapsedTime(lookedAt) >= LookInterval)
                {
                    await LookAsync(_closing.Token);
                    lookedAt = Time.GetTimestamp();
                }

                if (Time.GetElapsedTime(endsAt) >= EndsInterval)
                {
                    endsAt = Time.GetTimestamp();
                    await ReadEndsAsync();
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The log closes.
        }
    }

    // Should the client's call ever be lost, its reader looks again by itself.
    private void Serve(KafkaReader reader, KafkaConsumer consumer)
    {
        if (!ReferenceEquals(consumer, _consumer) && consumer.TryHold())
        {
            _ = RdKafka.Poll(consumer.Handle, 0);
            consumer.Release();
        }

        reader.Wake();
    }

    private async Task ReadEndsAsync()
    {
        try
        {
            _ends = await _offsets.ReadEndsAsync(_closing.Token);
            if (_producer is not null)
            {
                await _offsets.KeepAsync(_closing.Token);
            }
        }
        catch (Exception e) when (!IsCancelled(e, _closing.Token))
        {
            // The gauges show what was known last.
            KafkaLogMessages.Unkept(_logger, e);
        }
    }

    // Whatever else fails, a request of the tables that was given up on too, must not end the keeping.
    private static bool IsCancelled(Exception exception, CancellationToken token) => exception is OperationCanceledException && token.IsCancellationRequested;

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var before = _topics.Partitions;
            await _topics.LookAsync(AskMsMax, cancellationToken);
            _offsets.End(before.All.Where(partition => _topics.Partitions.Find(partition.Number) is null));
            if (_producer is not null && _topics.Missing.Contains(_options.Topic))
            {
                await MakeTopicAsync();
                await _topics.LookAsync(AskMsMax, cancellationToken);
            }

            _messages.Answered();
            if (_topics.Missing.Contains(_options.Topic))
            {
                Undiscovered(_topicRefusal ?? $"topic {_options.Topic} does not exist");
            }
            else
            {
                _undiscovered = _topics.Refused.TryGetValue(_options.Topic, out var words) ? $"topic {_options.Topic}: {words}" : null;
            }
        }
        catch (Exception e) when (!IsCancelled(e, cancellationToken))
        {
            Undiscovered(_messages.Trouble is { } trouble ? $"{e.Message} ({trouble})" : e.Message);
        }
        finally
        {
            _looking.Release();
        }
    }

    // The collector's topic is made where it is missing. Brokers that cannot, or must not, make it when asked for it, or not at all.
    private async Task MakeTopicAsync()
    {
        if (_isTopicRefused)
        {
            return;
        }

        using var admin = new DependentAdminClientBuilder(_producer!.Handle).Build();
        var topic = new TopicSpecification { Name = _options.Topic, NumPartitions = _partitionsOfNewTopic, ReplicationFactor = -1 };
        try
        {
            await admin.CreateTopicsAsync([topic], new CreateTopicsOptions { RequestTimeout = TimeSpan.FromMilliseconds(AskMsMax) });
            KafkaLogMessages.Made(_logger, _options.Topic, _partitionsOfNewTopic);
        }
        catch (CreateTopicsException e) when (e.Results.TrueForAll(result => result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another silo was faster.
        }
        catch (KafkaException e)
        {
            _isTopicRefused = e.Error.Code is not (ErrorCode.Local_TimedOut or ErrorCode.RequestTimedOut or ErrorCode.Local_Transport);
            _topicRefusal = $"topic {_options.Topic} does not exist and could not be made: {e.Message}";
        }
    }

    private void Undiscovered(string reason)
    {
        if (_undiscovered != reason)
        {
            _undiscovered = reason;
            KafkaLogMessages.Undiscovered(_logger, reason);
        }
    }
}
