using System.Text.Json;
using Analytics.Grains.Alerts;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.DeadLetters;

namespace Analytics.Silo.Http.Alerts;

/// <summary><c>/v1/alerts</c>: the alerts of all metrics as of their last changes, and those changes. From the table: no actor is woken.</summary>
internal sealed class AllAlertsRoute(AlertStore store, HttpOptions options)
{
    private const int LimitUsual = 100;
    private const int LimitMax = 10_000;

    /// <summary>Answers what the alerts are.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var limit = LimitUsual;
        if (!QueryParameter.TryReadNoOthers(context, ["state", "project", "metric", "limit"], out var problem)
            || !QueryParameter.TryRead(context, "limit", 1, LimitMax, ref limit, out problem)
            || !QueryParameter.TryRead(context, "state", "raised or cleared, once", FilterText.Reader(static state => state is "raised" or "cleared" or "ok"), out string? state, out problem)
            || !QueryParameter.TryRead(context, "project", FilterText.NameAllowed, FilterText.Reader(FilterText.IsName), out string? project, out problem)
            || !QueryParameter.TryRead(context, "metric", FilterText.NameAllowed, FilterText.Reader(FilterText.IsName), out string? metric, out problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        bool? isRaised = state is null ? null : state == "raised";
        await AnswerAsync(context, AlertJson.WriteState, cancellationToken => store.ListAsync(isRaised, project, metric, limit, cancellationToken));
    }

    /// <summary>Answers what was raised and cleared, the newest first.</summary>
    public async Task ListHistoryAsync(HttpContext context)
    {
        var limit = LimitUsual;
        if (!QueryParameter.TryReadNoOthers(context, ["limit"], out var problem) || !QueryParameter.TryRead(context, "limit", 1, LimitMax, ref limit, out problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        await AnswerAsync(context, AlertJson.WriteHistory, cancellationToken => store.ReadHistoryAsync(limit, cancellationToken));
    }

    private async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter, AlertRecord> write, Func<CancellationToken, Task<List<AlertRecord>>> read)
    {
        List<AlertRecord> records;
        try
        {
            records = await read(context.RequestAborted);
        }
        catch (ClickHouseException e)
        {
            await new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.EngineUnavailable, $"The table of the alerts cannot be read now: {e.Message}")
            {
                RetryAfterSeconds = options.RetryAfterSeconds,
            }.WriteAsync(context);
            return;
        }

        await JsonAnswer.WriteAsync(context, (records, write), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts"u8);
            foreach (var record in state.records)
            {
                state.write(json, record);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
