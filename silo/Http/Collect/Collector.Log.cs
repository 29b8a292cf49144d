namespace Analytics.Silo.Http.Collect;

/// <content>Log messages.</content>
internal sealed partial class Collector
{
    [LoggerMessage(EventId = 1210, Level = LogLevel.Error, Message = "{Records} records of a request could not all be appended to the log; this is told once a second at most")]
    private static partial void LogAppendFailed(ILogger logger, int records, Exception exception);
}
