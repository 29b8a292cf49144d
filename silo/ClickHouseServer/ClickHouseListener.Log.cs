namespace Analytics.Silo.ClickHouseServer;

/// <content>Log messages.</content>
internal sealed partial class ClickHouseListener
{
    [LoggerMessage(EventId = 1320, Level = LogLevel.Information, Message = "The engine ({Version}) is served over ClickHouse's HTTP protocol on {Address}, to {Users} user(s).")]
    private static partial void LogStarted(ILogger logger, string version, string address, int users);

    [LoggerMessage(EventId = 1321, Level = LogLevel.Information, Message = "The engine is no longer served on {Address}.")]
    private static partial void LogStopped(ILogger logger, string address);
}
