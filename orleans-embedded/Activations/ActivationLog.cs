using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

internal static partial class ActivationLog
{
    [LoggerMessage(EventId = 9010, Level = LogLevel.Error, Message = "Grain {Grain} failed to activate.")]
    public static partial void FailedToActivate(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(EventId = 9011, Level = LogLevel.Error, Message = "OnDeactivateAsync of grain {Grain} failed.")]
    public static partial void FailedToDeactivate(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(EventId = 9012, Level = LogLevel.Error, Message = "Disposing grain {Grain} failed.")]
    public static partial void FailedToDispose(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(EventId = 9013, Level = LogLevel.Warning, Message = "A timer callback of grain {Grain} failed; the timer goes on.")]
    public static partial void TimerFailed(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(EventId = 9014, Level = LogLevel.Warning, Message = "Ending an enumeration of grain {Grain} failed.")]
    public static partial void EnumerationFailedToEnd(ILogger logger, Exception exception, GrainId grain);
}
