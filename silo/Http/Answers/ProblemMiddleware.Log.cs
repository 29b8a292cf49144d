namespace Analytics.Silo.Http.Answers;

/// <content>Log messages.</content>
internal sealed partial class ProblemMiddleware
{
    [LoggerMessage(EventId = 1200, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, string method, PathString path, Exception exception);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Debug, Message = "The client was gone before it could be told {Code}")]
    private static partial void LogUnanswered(ILogger logger, string code, Exception exception);
}
