using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <content>What the actor says.</content>
internal sealed partial class MetricActor
{
    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "A batch for {Metric} could not be delivered; it is offered again")]
    private partial void LogDeliveryFailed(Exception exception, string metric);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Warning, Message = "{Metric} leaves with {Rows} rows that its table has not taken; they are read from the log again")]
    private partial void LogLeftBehind(string metric, long rows);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "{Metric}: the ledger of partition {Partition} did not take acknowledgements; they are sent again")]
    private partial void LogAcknowledgementFailed(Exception exception, string metric, int partition);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning, Message = "{Metric} did not get a turn to insert; it asks again")]
    private partial void LogNoTurn(Exception exception, string metric);

    [LoggerMessage(EventId = 3015, Level = LogLevel.Warning, Message = "{Metric}: its settings could not be saved; nothing has changed, unless the next start finds them")]
    private partial void LogSettingsNotSaved(Exception exception, string metric);

    [LoggerMessage(EventId = 3016, Level = LogLevel.Warning, Message = "{Metric}: its table could not be told how long to keep rows")]
    private partial void LogRetentionNotApplied(Exception exception, string metric);

    [LoggerMessage(EventId = 3017, Level = LogLevel.Warning, Message = "{Metric}: moving values of {Field} to its column does not get on; tried again")]
    private partial void LogPromotionFailed(Exception exception, string metric, string field);

    [LoggerMessage(EventId = 3018, Level = LogLevel.Warning, Message = "{Metric}: what became of alert {Alert} could not be entered into its table; it does not count before it is, and is tried again")]
    private partial void LogAlertNotKept(Exception exception, string metric, string alert);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Error, Message = "{Metric}: events could not be taken or written as they are; the actor starts anew from its table")]
    private partial void LogStartsAnew(Exception? exception, string metric);
}
