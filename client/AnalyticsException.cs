namespace Analytics.Client;

/// <summary>The server refused a request, or could not do it.</summary>
public sealed class AnalyticsException : Exception
{
    internal AnalyticsException(int status, string code, string message, TimeSpan? retryAfter)
        : base(message)
    {
        Status = status;
        Code = code;
        RetryAfter = retryAfter;
    }

    /// <summary>HTTP status, 400-599.</summary>
    public int Status { get; }

    /// <summary>Stable, for example <c>body_too_large</c>, <c>query_failed</c>, <c>log_full</c>; <c>http_502</c> and the like when a proxy answered.</summary>
    public string Code { get; }

    /// <summary>How long to wait before sending it again, when the server says so.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request can succeed later: 429 and 503.</summary>
    public bool IsTransient => Status is 429 or 503;
}
