using Analytics.GrainInterfaces.Schema;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Settings;

/// <summary><c>…/retention</c> of a metric and of a project: how long rows are kept, and where.</summary>
internal sealed class RetentionRoute(IActors actors, HttpOptions options)
{
    /// <summary>Answers a metric's policy: its own, or its project's.</summary>
    public async Task GetOfMetricAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric))
        {
            await AnswerMetricAsync(context, project, metric);
        }
    }

    /// <summary>Decides for a metric.</summary>
    public async Task PutOfMetricAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric)
            && await SettingsBody.ReadAsync(context, SettingsJson.Default.RetentionRequest, options.QueryBodyBytesMax) is { } request
            && await Decision.MayAsync(context, project)
            && await Decision.IsTakenAsync(context, await actors.Metric(project, metric).SetRetentionAsync(PolicyOf(request)), options))
        {
            await AnswerMetricAsync(context, project, metric);
        }
    }

    /// <summary>Lets a metric follow its project again.</summary>
    public async Task DeleteOfMetricAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric)
            && await Decision.MayAsync(context, project)
            && await Decision.IsTakenAsync(context, await actors.Metric(project, metric).SetRetentionAsync(null), options))
        {
            await AnswerMetricAsync(context, project, metric);
        }
    }

    /// <summary>Answers a project's policy.</summary>
    public async Task GetOfProjectAsync(HttpContext context, string projectValue)
    {
        if (await RouteNames.ReadProjectAsync(context, projectValue) is { } project)
        {
            await AnswerAsync(context, await actors.Project(project).GetRetentionAsync(), "project");
        }
    }

    /// <summary>Decides for all metrics of a project that have no policy of their own.</summary>
    public async Task PutOfProjectAsync(HttpContext context, string projectValue)
    {
        if (await RouteNames.ReadProjectAsync(context, projectValue) is { } project
            && await SettingsBody.ReadAsync(context, SettingsJson.Default.RetentionRequest, options.QueryBodyBytesMax) is { } request
            && await Decision.IsTakenAsync(context, await actors.Project(project).SetRetentionAsync(PolicyOf(request)), options))
        {
            await AnswerAsync(context, await actors.Project(project).GetRetentionAsync(), "project");
        }
    }

    private async Task AnswerMetricAsync(HttpContext context, string project, string metric)
    {
        var own = (await actors.Metric(project, metric).GetSettingsAsync()).Retention;
        await AnswerAsync(context, own ?? await actors.Project(project).GetRetentionAsync(), own is null ? "project" : "metric");
    }

    private static RetentionPolicy PolicyOf(RetentionRequest request) =>
        new() { DeleteAfterDays = request.DeleteAfterDays, MoveAfterDays = request.MoveAfterDays, Volume = request.Volume };

    private static Task AnswerAsync(HttpContext context, RetentionPolicy? policy, string decidedBy) => JsonAnswer.WriteAsync(
        context, (Policy: policy ?? RetentionPolicy.Forever, By: policy is null ? "nobody" : decidedBy), static (json, state) =>
        {
            json.WriteStartObject();
            WriteDays(json, "delete_after_days", state.Policy.DeleteAfterDays);
            WriteDays(json, "move_after_days", state.Policy.MoveAfterDays);
            json.WriteString("volume"u8, state.Policy.Volume);
            json.WriteString("decided_by"u8, state.By);
            json.WriteEndObject();
        });

    private static void WriteDays(System.Text.Json.Utf8JsonWriter json, string name, int? days)
    {
        if (days is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
