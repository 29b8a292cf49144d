using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

internal static partial class CallLog
{
    [LoggerMessage(EventId = 9000, Level = LogLevel.Warning, Message = "The call {Call} failed, and nobody waits for its outcome.")]
    public static partial void FailedUnheard(ILogger logger, Exception exception, string call);
}
