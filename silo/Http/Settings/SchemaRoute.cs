using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Settings;

/// <summary><c>PUT /v1/projects/{p}/metrics/{m}/schema</c>: decides how fields become columns, before the first event or later.</summary>
internal sealed class SchemaRoute(IActors actors, HttpOptions options)
{
    /// <summary>Answers the columns as they are now, with what is decided.</summary>
    public async Task PutAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric)
            || await SettingsBody.ReadAsync(context, SettingsJson.Default.SchemaRequest, options.QueryBodyBytesMax) is not { } request
            || !await Decision.MayAsync(context, project))
        {
            return;
        }

        var actor = actors.Metric(project, metric);
        var settings = new SchemaSettings
        {
            IsFrozen = request.Frozen ?? false,
            Hints = [.. (request.Types ?? []).Select(type => new FieldHint(type.Key, type.Value ?? string.Empty))],
            Aliases = [.. (request.Aliases ?? []).Select(alias => new FieldAlias(alias.Key, alias.Value ?? string.Empty))],
        };
        if (await Decision.IsTakenAsync(context, await actor.SetSchemaAsync(settings), options))
        {
            await AnswerAsync(context, project, metric);
        }
    }

    /// <summary>Gives a field of <c>_extra</c> a column; answers 202 with the columns as they are now, and how far its values have moved.</summary>
    public async Task PromoteAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric)
            || await SettingsBody.ReadAsync(context, SettingsJson.Default.PromotionRequest, options.QueryBodyBytesMax) is not { } request)
        {
            return;
        }

        var problem = project == DeadLetterFields.Project ? SettingsProblems.OfTheSystem()
            : request.Field is not { } field || request.Type is not { } type ? SettingsProblems.Invalid("Members field and type are both needed.")
            : await actors.Metric(project, metric).PromoteAsync(field, type) is { } refusal ? SettingsProblems.Of(refusal, options.RetryAfterSeconds)
            : null;
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await AnswerAsync(context, project, metric);
    }

    private async Task AnswerAsync(HttpContext context, string project, string metric)
    {
        var schema = await actors.Metric(project, metric).GetSchemaAsync()
            ?? new MetricSchema { Project = project, Metric = metric, Table = metric, Version = 0, Columns = [], Extra = [] };
        await JsonAnswer.WriteAsync(context, schema, SchemaJson.Write);
    }
}
