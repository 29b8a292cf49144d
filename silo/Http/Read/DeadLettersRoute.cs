using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Read;

/// <summary><c>GET /v1/dead-letters?limit&amp;code</c>: inputs that could not become events, newest first.</summary>
internal sealed class DeadLettersRoute(IActors actors, IClickHouse clickHouse, HttpOptions options)
{
    private const int LimitDefault = 100;

    // Each holds up to 64 KiB of raw bytes: 1,000 are 64 MB at most, in base64 85.
    private const int LimitMax = 1_000;
    private const int CodeLengthMax = 64;

    private static readonly string[] Parameters = ["limit", "code"];

    /// <summary>Answers <c>{"dead_letters":[…]}</c>.</summary>
    public async Task GetAsync(HttpContext context)
    {
        var limit = LimitDefault;
        if (!QueryParameter.TryReadNoOthers(context, Parameters, out var problem)
            || !QueryParameter.TryRead(context, "limit", 1, LimitMax, ref limit, out problem))
        {
            await problem.WriteAsync(context);
            return;
        }

        var codes = context.Request.Query["code"];
        if (codes.Count > 1 || codes.ToString().Length > CodeLengthMax)
        {
            await QueryParameter.Wrong("code", codes.ToString(), $"one code of at most {CodeLengthMax} characters").WriteAsync(context);
            return;
        }

        try
        {
            await actors.Metric(DeadLetterFields.Project, DeadLetterFields.Metric).FlushAsync();
            var rows = await ReadAsync(limit, codes.ToString(), context.RequestAborted);
            await JsonAnswer.WriteAsync(context, rows, static (json, rows) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("dead_letters"u8);
                DeadLetterRowsJson.Write(json, rows);
                json.WriteEndArray();
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

    private async Task<byte[]> ReadAsync(int limit, string code, CancellationToken cancellationToken)
    {
        // Columns for the named project and metric exist only once a dead letter had them, so all columns are asked for.
        // The raw bytes may be anything, and JSON only carries text: they travel in base64.
        var sql = new StringBuilder("SELECT * REPLACE(base64Encode(toString(raw)) AS raw) FROM ")
            .Append(SqlText.Table(DeadLetterFields.Project, DeadLetterFields.Metric));
        Dictionary<string, string>? parameters = null;
        if (code.Length > 0)
        {
            sql.Append(" WHERE code = {code:String}");
            parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["code"] = SqlText.Parameter(code) };
        }

        sql.Append(" ORDER BY _time DESC, _partition DESC, _offset DESC, _seq DESC LIMIT ")
            .Append(limit.ToString(CultureInfo.InvariantCulture))
            .Append(' ')
            .Append(EventRowsJson.Settings);
        try
        {
            return await clickHouse.QueryAsync(sql.ToString(), "JSONEachRow", parameters, cancellationToken);
        }
        catch (ClickHouseException exception) when (ReadProblems.IsTableMissing(exception))
        {
            // There has never been one.
            return [];
        }
    }
}
