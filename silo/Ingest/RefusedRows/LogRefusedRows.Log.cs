namespace Analytics.Silo.Ingest.RefusedRows;

/// <content>Log messages.</content>
internal sealed partial class LogRefusedRows
{
    [LoggerMessage(EventId = 1260, Level = LogLevel.Warning, Message = "{Rows} rows of {Metric} are dead letters: its table refuses them ({Reason})")]
    private static partial void LogRowsRefused(ILogger logger, int rows, string metric, string reason);
}
