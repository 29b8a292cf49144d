using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Query;

/// <summary>Problems of a user's query: told with ClickHouse's own code and message, since those name the place in the SQL.</summary>
internal static class QueryProblems
{
    // ClickHouse's error codes, see its ErrorCodes.
    private const int TooManyRows = 158;
    private const int TimeoutExceeded = 159;
    private const int TooSlow = 160;
    private const int ReadOnly = 164;
    private const int MemoryLimitExceeded = 241;
    private const int DatabaseAccessDenied = 291;
    private const int TooManyBytes = 307;
    private const int FunctionNotAllowed = 446;
    private const int TooManyRowsOrBytes = 396;
    private const int SettingConstraintViolation = 452;
    private const int AccessDenied = 497;

    /// <summary>The problem of a failed query.</summary>
    public static Problem Of(ClickHouseException exception)
    {
        var code = exception.Code switch
        {
            TimeoutExceeded or TooSlow => ProblemCodes.QueryTimeout,
            ReadOnly or AccessDenied or DatabaseAccessDenied or FunctionNotAllowed or SettingConstraintViolation
                or TooManyRows or TooManyBytes or TooManyRowsOrBytes or MemoryLimitExceeded => ProblemCodes.QueryRefused,
            _ => ProblemCodes.QueryFailed,
        };
        return new Problem(StatusCodes.Status400BadRequest, code, exception.Message)
        {
            WriteMore = json => json.WriteNumber("clickhouse_code"u8, exception.Code),
        };
    }

    /// <summary>400: the request is not a query.</summary>
    public static Problem Invalid(string detail) => new(StatusCodes.Status400BadRequest, ProblemCodes.QueryInvalid, detail);
}
