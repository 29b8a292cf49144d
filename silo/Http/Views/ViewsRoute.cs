using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Settings;

namespace Analytics.Silo.Http.Views;

/// <summary><c>…/views</c>: a metric's rows in windows of event time and in groups, kept live.</summary>
internal sealed class ViewsRoute(IActors actors, HttpOptions options)
{
    /// <summary>Answers what views there are.</summary>
    public async Task ListAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric))
        {
            var settings = await actors.Metric(project, metric).GetSettingsAsync();
            await JsonAnswer.WriteAsync(context, settings.Views, static (json, views) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("views"u8);
                foreach (var view in views.OrderBy(view => view.Name, StringComparer.Ordinal))
                {
                    ViewJson.Write(json, view);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }

    /// <summary>Answers a view's newest windows.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue, string view)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric))
        {
            await AnswerAsync(context, project, metric, view);
        }
    }

    /// <summary>Makes a view, or another one of the same name, and answers it.</summary>
    public async Task PutAsync(HttpContext context, string projectValue, string metricValue, string view)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric)
            || await SettingsBody.ReadAsync(context, SettingsJson.Default.ViewRequest, options.QueryBodyBytesMax) is not { } request
            || !await Decision.MayAsync(context, project))
        {
            return;
        }

        if (!ViewRequestReader.TryRead(view, request, out var definition, out var problem))
        {
            await SettingsProblems.Invalid(problem).WriteAsync(context);
        }
        else if (await Decision.IsTakenAsync(context, await actors.Metric(project, metric).SetViewAsync(definition), options))
        {
            await AnswerAsync(context, project, metric, view);
        }
    }

    /// <summary>Ends a view.</summary>
    public async Task DeleteAsync(HttpContext context, string projectValue, string metricValue, string view)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric) || !await Decision.MayAsync(context, project))
        {
            return;
        }

        var actor = actors.Metric(project, metric);
        if (!(await actor.GetSettingsAsync()).Views.Any(other => other.Name == view))
        {
            await Unknown(project, metric, view).WriteAsync(context);
        }
        else if (await Decision.IsTakenAsync(context, await actor.RemoveViewAsync(view), options))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>404: there is no such view.</summary>
    internal static Problem Unknown(string project, string metric, string view) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.ViewUnknown, $"Metric '{metric}' of project '{project}' has no view '{view}'.");

    private async Task AnswerAsync(HttpContext context, string project, string metric, string view)
    {
        if (await actors.Metric(project, metric).ReadViewAsync(view) is { } snapshot)
        {
            await JsonAnswer.WriteAsync(context, snapshot, ViewJson.Write);
        }
        else
        {
            await Unknown(project, metric, view).WriteAsync(context);
        }
    }
}
