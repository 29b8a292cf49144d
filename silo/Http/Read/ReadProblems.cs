using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary>Problems that several reading routes have.</summary>
internal static class ReadProblems
{
    /// <summary>ClickHouse: no such table.</summary>
    public const int UnknownTable = 60;

    /// <summary>ClickHouse: no such database.</summary>
    public const int UnknownDatabase = 81;

    /// <summary>404: no event of the project has become known yet.</summary>
    public static Problem ProjectUnknown(string project) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.ProjectUnknown, $"No project '{project}' has had an event.");

    /// <summary>404: no event of the metric has become known yet.</summary>
    public static Problem MetricUnknown(string project, string metric) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.MetricUnknown, $"No metric '{metric}' of project '{project}' has had an event.");

    /// <summary>503: rows that the answer would need are not in their table in time.</summary>
    public static Problem FlushTimeout(int retryAfterSeconds) =>
        new(StatusCodes.Status503ServiceUnavailable, ProblemCodes.FlushTimeout, "The newest rows are not in their table yet: ClickHouse is slow or away. They are kept.")
        {
            RetryAfterSeconds = retryAfterSeconds,
        };

    /// <summary>503: a query of ours failed.</summary>
    public static Problem EngineUnavailable(ClickHouseException exception, int retryAfterSeconds) =>
        new(StatusCodes.Status503ServiceUnavailable, ProblemCodes.EngineUnavailable, $"ClickHouse did not answer: {exception.Message}")
        {
            RetryAfterSeconds = retryAfterSeconds,
        };

    /// <summary>The problem of a read of a metric's table, after a flush, that has failed; <see langword="null"/> for what is none of these.</summary>
    public static Problem? OfTable(Exception exception, string project, string metric, int retryAfterSeconds) => exception switch
    {
        TimeoutException => FlushTimeout(retryAfterSeconds),
        ClickHouseException failure when IsTableMissing(failure) => MetricUnknown(project, metric),
        ClickHouseException failure => EngineUnavailable(failure, retryAfterSeconds),
        _ => null,
    };

    /// <summary>Whether the failure says that the table does not exist.</summary>
    public static bool IsTableMissing(ClickHouseException exception) => exception.Code is UnknownTable or UnknownDatabase;
}
