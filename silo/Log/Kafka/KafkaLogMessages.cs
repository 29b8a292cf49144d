using System.Collections.Concurrent;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka;

/// <summary>What the log and its client say, in our logs; the client repeats itself with every attempt, which is said now and then.</summary>
internal sealed partial class KafkaLogMessages(ILogger logger, TimeProvider time)
{
    // Syslog's level: up to warnings.
    private const int WarningLevel = 4;

    // Between two lines of the same kind.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, long> _saidAt = new(StringComparer.Ordinal);
    private volatile string? _trouble;
    private volatile string? _specific;
    private volatile string? _disconnected;

    /// <summary>Why no broker answers, in the client's words; <see langword="null"/> as far as is known.</summary>
    public string? Trouble => _trouble;

    /// <summary>A broker has answered.</summary>
    public void Answered() => _trouble = _specific = _disconnected = null;

    /// <summary>A line of the client.</summary>
    /// <param name="level">Syslog's level, 0 (worst) to 7.</param>
    /// <param name="facility">What it is about, a short word.</param>
    /// <param name="text">The line.</param>
    public void Client(int level, string facility, string text)
    {
        // That a setting is of no use for reading, or for writing, is as it should be: both handles get all of them.
        if (level <= WarningLevel && facility != "CONFWARN" && IsDue(facility))
        {
            LogClient(logger, facility, text);
        }
        else
        {
            LogClientDetail(logger, facility, text);
        }
    }

    /// <summary>The client cannot do something for now, or for good.</summary>
    public void ClientError(int error, string reason)
    {
        switch (error)
        {
            case RdKafkaError.Authentication or RdKafkaError.Ssl or RdKafkaError.Resolve:
                _trouble = _specific = reason;
                break;

            // One connection that ends is no trouble; that none is left is, and the reason of the last one says more than that all are down.
            case RdKafkaError.Transport:
                _disconnected = reason;
                _trouble = _trouble is null ? null : _specific ?? reason;
                break;
            case RdKafkaError.AllBrokersDown:
                _trouble = _specific ?? _disconnected ?? reason;
                break;
        }

        if (IsDue(RdKafkaError.Describe(error)))
        {
            LogClientError(logger, reason);
        }
    }

    [LoggerMessage(EventId = 1042, Level = LogLevel.Error, Message = "{Partition}: offsets {Offset} to {LastOffset} are gone before they were read; going on at {NextOffset} (Kafka:OutOfRange is Earliest)")]
    public static partial void Passed(ILogger logger, KafkaPartition partition, long offset, long lastOffset, long nextOffset);

    [LoggerMessage(EventId = 1043, Level = LogLevel.Error, Message = "{Partition} ends at {End}, before offset {Offset} that comes next: topic {Topic} was made anew or cut back, and is read again from its earliest offsets, as a new topic (Kafka:OutOfRange is Earliest)")]
    public static partial void Renewed(ILogger logger, KafkaPartition partition, long end, long offset, string topic);

    [LoggerMessage(EventId = 1044, Level = LogLevel.Information, Message = "Topic {Topic} has {Partitions} partitions, read as partitions {First} to {Last} of the log")]
    public static partial void Found(ILogger logger, string topic, int partitions, int first, int last);

    [LoggerMessage(EventId = 1045, Level = LogLevel.Information, Message = "Topic {Topic} was made, with {Partitions} partitions")]
    public static partial void Made(ILogger logger, string topic, int partitions);

    [LoggerMessage(EventId = 1046, Level = LogLevel.Warning, Message = "The topics cannot be looked up: {Reason}")]
    public static partial void Undiscovered(ILogger logger, string reason);

    [LoggerMessage(EventId = 1047, Level = LogLevel.Warning, Message = "How far partitions are durable could not be saved; it is saved again with a later commit")]
    public static partial void Unsaved(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1048, Level = LogLevel.Warning, Message = "No broker has been reached yet, the start goes on without: {Reason}")]
    public static partial void StartedWithout(ILogger logger, string reason);

    [LoggerMessage(EventId = 1049, Level = LogLevel.Warning, Message = "The Kafka producer has failed for good and is replaced: {Reason}")]
    public static partial void ProducerReplaced(ILogger logger, string reason);

    [LoggerMessage(EventId = 1051, Level = LogLevel.Debug, Message = "Offsets could not be looked up or kept; tried again soon")]
    public static partial void Unkept(ILogger logger, Exception exception);

    private bool IsDue(string kind)
    {
        var now = time.GetTimestamp();
        if (_saidAt.TryGetValue(kind, out var last) && time.GetElapsedTime(last, now) < Between)
        {
            return false;
        }

        _saidAt[kind] = now;
        return true;
    }

    [LoggerMessage(EventId = 1040, Level = LogLevel.Warning, Message = "Kafka client: {Facility}: {Text}")]
    private static partial void LogClient(ILogger logger, string facility, string text);

    [LoggerMessage(EventId = 1050, Level = LogLevel.Debug, Message = "Kafka client: {Facility}: {Text}")]
    private static partial void LogClientDetail(ILogger logger, string facility, string text);

    [LoggerMessage(EventId = 1041, Level = LogLevel.Warning, Message = "Kafka: {Reason}")]
    private static partial void LogClientError(ILogger logger, string reason);
}
