using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;

namespace Analytics.Silo.Http.Settings;

/// <summary>What every route asks that decides something for a metric or a project.</summary>
internal static class Decision
{
    /// <summary>Whether anything can be decided for the project; when not, the request has been answered with a problem.</summary>
    public static async Task<bool> MayAsync(HttpContext context, string project)
    {
        if (project != DeadLetterFields.Project)
        {
            return true;
        }

        await SettingsProblems.OfTheSystem().WriteAsync(context);
        return false;
    }

    /// <summary>Whether an actor has taken what was decided; when not, the request has been answered with its refusal.</summary>
    public static async Task<bool> IsTakenAsync(HttpContext context, SettingsRefusal? refusal, HttpOptions options)
    {
        if (refusal is null)
        {
            return true;
        }

        await SettingsProblems.Of(refusal, options.RetryAfterSeconds).WriteAsync(context);
        return false;
    }
}
