using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Watch;

/// <summary>Problems of those who want to watch.</summary>
internal static class WatchProblems
{
    /// <summary>429: there is no room for another.</summary>
    public static Problem TooMany(HttpOptions options) =>
        new(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyWatchers, $"{options.WatchersMax} watch already (Analytics:Http:WatchersMax).")
        {
            RetryAfterSeconds = options.RetryAfterSeconds,
        };
}
