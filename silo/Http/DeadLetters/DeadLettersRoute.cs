using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// <c>GET /v1/dead-letters?limit&amp;code&amp;project&amp;metric&amp;from&amp;to&amp;replayed&amp;before</c>: inputs that could not become events,
/// newest first.
/// </summary>
internal sealed class DeadLettersRoute(IActors actors, IClickHouse clickHouse, HttpOptions options)
{
    /// <summary>Answers <c>{"dead_letters":[…],"next":…}</c>.</summary>
    public async Task GetAsync(HttpContext context)
    {
        if (!ListParameters.TryRead(context, out var filter, out var limit, out var problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        try
        {
            await actors.Metric(DeadLetterFields.Project, DeadLetterFields.Metric).FlushAsync();
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            var rows = await clickHouse.QueryAsync(Sql(filter, limit, parameters), "JSONEachRow", parameters, context.RequestAborted);
            await JsonAnswer.WriteAsync(context, (rows, limit), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("dead_letters"u8);
                var next = DeadLetterRowsJson.Write(json, state.rows, state.limit);
                json.WriteEndArray();
                json.WriteString("next"u8, next?.ToString());
                json.WriteEndObject();
            });
        }
        catch (TimeoutException)
        {
            await ReadProblems.FlushTimeout(options.RetryAfterSeconds).WriteAsync(context);
        }
        catch (ClickHouseException exception)
        {
            await ReadProblems.EngineUnavailable(exception, options.RetryAfterSeconds).WriteAsync(context);
        }
    }

    // One letter more than asked for shows whether there is a next page. The raw bytes may be anything, and JSON only carries text: they travel
    // in base64.
    private static string Sql(DeadLetterFilter filter, int limit, Dictionary<string, string> parameters) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT letter.*, if(mark.state = 'replayed', mark.time, NULL) AS {DeadLetterRowsJson.Replayed}
        FROM (
            SELECT * REPLACE(base64Encode(toString(raw)) AS raw), toUnixTimestamp64Milli(_time) AS {DeadLetterRowsJson.TimeMs}
            FROM analytics.dead_letters {filter.ToSql(parameters)}
            ORDER BY _time DESC, _partition DESC, _offset DESC, _seq DESC LIMIT {limit + 1}
        ) AS letter
        LEFT JOIN (SELECT partition, offset, seq, state, time FROM {SystemTables.DeadLetterReplays} FINAL) AS mark
        ON letter._partition = mark.partition AND letter._offset = mark.offset AND letter._seq = mark.seq
        ORDER BY letter._time DESC, letter._partition DESC, letter._offset DESC, letter._seq DESC {EventRowsJson.Settings}
        """);
}
