namespace Analytics.Silo.Http.DeadLetters;

/// <content>Log messages.</content>
internal sealed partial class ReplayRoute
{
    [LoggerMessage(
        EventId = 1250,
        Level = LogLevel.Information,
        Message = "Of {Matched} dead letters {Replayed} were replayed, {Refused} are still refused, {Truncated} lack bytes, {Already} were replayed before (dry run: {IsDryRun})")]
    private static partial void LogEnded(ILogger logger, long matched, long replayed, long refused, long truncated, long already, bool isDryRun);

    [LoggerMessage(EventId = 1251, Level = LogLevel.Warning, Message = "A replay stopped after {Replayed} of {Matched} dead letters")]
    private static partial void LogStopped(ILogger logger, long replayed, long matched, Exception exception);
}
