using Analytics.GrainInterfaces.Alerts;
using Analytics.Grains.Alerts;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Settings;

namespace Analytics.Silo.Http.Alerts;

/// <summary><c>…/alerts</c>: when somebody is to be told of a number of a metric.</summary>
internal sealed class AlertsRoute(IActors actors, HttpOptions options)
{
    /// <summary>Answers a metric's alerts as of now.</summary>
    public async Task ListAsync(HttpContext context, string projectValue, string metricValue)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric))
        {
            var alerts = await actors.Metric(project, metric).ReadAlertsAsync();
            await JsonAnswer.WriteAsync(context, alerts, static (json, alerts) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("alerts"u8);
                foreach (var alert in alerts)
                {
                    AlertJson.Write(json, alert);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }

    /// <summary>Answers an alert as of now.</summary>
    public async Task GetAsync(HttpContext context, string projectValue, string metricValue, string alert)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is (var project, var metric))
        {
            await AnswerAsync(context, project, metric, alert);
        }
    }

    /// <summary>Makes an alert, or another one of the same name, and answers it.</summary>
    public async Task PutAsync(HttpContext context, string projectValue, string metricValue, string alert)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric)
            || await SettingsBody.ReadAsync(context, SettingsJson.Default.AlertRequest, options.QueryBodyBytesMax) is not { } request
            || !await Decision.MayAsync(context, project))
        {
            return;
        }

        if (!AlertRequestReader.TryRead(alert, request, out var definition, out var problem))
        {
            await SettingsProblems.Invalid(problem).WriteAsync(context);
        }
        else if (await Decision.IsTakenAsync(context, await actors.Metric(project, metric).SetAlertAsync(definition), options))
        {
            await AnswerAsync(context, project, metric, alert);
        }
    }

    /// <summary>Ends an alert.</summary>
    public async Task DeleteAsync(HttpContext context, string projectValue, string metricValue, string alert)
    {
        if (await MetricRoutes.ReadAddressAsync(context, projectValue, metricValue) is not (var project, var metric) || !await Decision.MayAsync(context, project))
        {
            return;
        }

        if (await FindAsync(project, metric, alert) is null)
        {
            await Unknown(project, metric, alert).WriteAsync(context);
        }
        else if (await Decision.IsTakenAsync(context, await actors.Metric(project, metric).RemoveAlertAsync(alert), options))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static Problem Unknown(string project, string metric, string alert) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.AlertUnknown, $"Metric '{metric}' of project '{project}' has no alert '{alert}'.");

    private async Task<AlertStatus?> FindAsync(string project, string metric, string alert) =>
        Array.Find(await actors.Metric(project, metric).ReadAlertsAsync(), other => other.Definition.Name == alert);

    private async Task AnswerAsync(HttpContext context, string project, string metric, string alert)
    {
        if (await FindAsync(project, metric, alert) is { } status)
        {
            await JsonAnswer.WriteAsync(context, status, AlertJson.Write);
        }
        else
        {
            await Unknown(project, metric, alert).WriteAsync(context);
        }
    }
}
