using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Settings;

/// <summary>Problems of requests that decide something for a metric or a project.</summary>
internal static class SettingsProblems
{
    /// <summary>400: the body or a value is wrong.</summary>
    public static Problem Invalid(string detail) => new(StatusCodes.Status400BadRequest, SettingsRefusal.Invalid, detail);

    /// <summary>409: nothing can be decided for tables that the system writes itself.</summary>
    public static Problem OfTheSystem() => new(
        StatusCodes.Status409Conflict, ProblemCodes.SettingsOfSystem, $"Nothing can be decided for '{DeadLetterFields.Project}': its tables are the system's own.");

    /// <summary>What an actor refused.</summary>
    public static Problem Of(SettingsRefusal refusal, int retryAfterSeconds) => refusal.Code switch
    {
        SettingsRefusal.Invalid => Invalid(refusal.Detail),
        SettingsRefusal.NotNow => new Problem(StatusCodes.Status503ServiceUnavailable, refusal.Code, refusal.Detail) { RetryAfterSeconds = retryAfterSeconds },
        _ => new Problem(StatusCodes.Status409Conflict, refusal.Code, refusal.Detail),
    };
}
