namespace Analytics.Silo.ClickHouseServer;

/// <content>Log messages.</content>
internal sealed partial class RequestHandler
{
    [LoggerMessage(EventId = 1322, Level = LogLevel.Error, Message = "A served ClickHouse request ({QueryId}) failed in the server itself")]
    private static partial void LogFailure(ILogger logger, string queryId, Exception exception);
}
