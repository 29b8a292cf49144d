using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Streams;

internal static partial class StreamLog
{
    [LoggerMessage(EventId = 9040, Level = LogLevel.Warning, Message = "Grain {Grain} attached no observer to stream {Stream}: the events are dropped.")]
    public static partial void Dropped(ILogger logger, GrainId grain, StreamId stream);

    [LoggerMessage(EventId = 9041, Level = LogLevel.Error, Message = "The receiver of queue {Queue} failed to initialize.")]
    public static partial void ReceiverFailedToInitialize(ILogger logger, Exception exception, QueueId queue);

    [LoggerMessage(EventId = 9042, Level = LogLevel.Error, Message = "The receiver of queue {Queue} failed to shut down.")]
    public static partial void ReceiverFailedToShutDown(ILogger logger, Exception exception, QueueId queue);

    [LoggerMessage(EventId = 9043, Level = LogLevel.Warning, Message = "Reading queue {Queue} failed at try {Attempt}.")]
    public static partial void FailedToRead(ILogger logger, Exception exception, QueueId queue, int attempt);

    [LoggerMessage(EventId = 9044, Level = LogLevel.Error, Message = "Reading queue {Queue} failed at {Tries} tries in a row; goes on at the next tick.")]
    public static partial void GaveUpReading(ILogger logger, Exception exception, QueueId queue, int tries);

    [LoggerMessage(EventId = 9045, Level = LogLevel.Warning, Message = "The receiver of queue {Queue} failed to take note of what was delivered.")]
    public static partial void FailedToReportDelivered(ILogger logger, Exception exception, QueueId queue);

    [LoggerMessage(EventId = 9046, Level = LogLevel.Error, Message = "Stream {Stream} could not be registered; its next event tries again.")]
    public static partial void FailedToRegister(ILogger logger, Exception exception, StreamId stream);

    [LoggerMessage(EventId = 9047, Level = LogLevel.Warning, Message = "Delivering {Token} of stream {Stream} failed; tries again until the time is up.")]
    public static partial void FailedToDeliver(ILogger logger, Exception exception, StreamId stream, StreamSequenceToken token);

    [LoggerMessage(EventId = 9048, Level = LogLevel.Error, Message = "Delivering {Token} of stream {Stream} failed for good.")]
    public static partial void GaveUpDelivering(ILogger logger, Exception exception, StreamId stream, StreamSequenceToken token);

    [LoggerMessage(EventId = 9050, Level = LogLevel.Error, Message = "The queue balancer failed to take note of the cluster's silos.")]
    public static partial void BalancerFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 9049, Level = LogLevel.Error, Message = "The cache cursor of stream {Stream} failed; deliveries go on with the oldest cached event.")]
    public static partial void CursorFailed(ILogger logger, Exception exception, StreamId stream);
}
