namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Events that are in the log have not reached their tables in the time a request waits for them.</summary>
/// <param name="partition">The log partition.</param>
internal sealed class LogBehindException(int partition)
    : Exception($"Events of log partition {partition} are still on their way to their tables; whether earlier replays are among them is not known yet.");
