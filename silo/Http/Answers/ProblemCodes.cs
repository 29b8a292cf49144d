namespace Analytics.Silo.Http.Answers;

/// <summary>Codes of problems that are about the request, not about one event (those are the decoder's). Stable.</summary>
internal static class ProblemCodes
{
    public const string RouteUnknown = "route_unknown";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string RequestInvalid = "request_invalid";
    public const string ParameterInvalid = "parameter_invalid";
    public const string InternalError = "internal_error";

    public const string ContentEncodingUnsupported = "content_encoding_unsupported";
    public const string ContentEncodingInvalid = "content_encoding_invalid";
    public const string BodyTooLarge = "body_too_large";
    public const string BodyIncomplete = "body_incomplete";
    public const string TooManyBodies = "too_many_bodies";
    public const string TooManyWatchers = "too_many_watchers";
    public const string LogFull = "log_full";
    public const string LogUnavailable = "log_unavailable";

    public const string ProjectUnknown = "project_unknown";
    public const string MetricUnknown = "metric_unknown";
    public const string ViewUnknown = "view_unknown";
    public const string AlertUnknown = "alert_unknown";

    public const string SettingsOfSystem = "settings_of_system";

    public const string FlushTimeout = "flush_timeout";
    public const string QueryInvalid = "query_invalid";
    public const string QueryFailed = "query_failed";
    public const string QueryRefused = "query_refused";
    public const string QueryTimeout = "query_timeout";
    public const string AuditInvalid = "audit_invalid";
    public const string AuditRunning = "audit_running";
    public const string ActorUnavailable = "actor_unavailable";
    public const string EngineUnavailable = "engine_unavailable";
    public const string NotReady = "not_ready";

    public const string ReplayInvalid = "replay_invalid";
    public const string ReplayRunning = "replay_running";
    public const string LogBehind = "log_behind";
}
