using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Http.Query;

/// <summary><c>POST /v1/query</c>: a user's read-only SQL, over rows that include everything taken before the query.</summary>
internal sealed class QueryRoute(IClickHouse clickHouse, QueryFlusher flusher, HttpOptions options)
{
    private const string Wanted = "an object with sql, and maybe format and parameters";

    /// <summary>Answers in the format that the request names.</summary>
    public async Task PostAsync(HttpContext context)
    {
        if (await SmallBody.ReadJsonAsync(context, QueryJson.Default.QueryRequest, options.QueryBodyBytesMax, QueryProblems.Invalid, Wanted) is not { } request)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(request.Sql))
        {
            await QueryProblems.Invalid("Member sql is missing or empty.").WriteAsync(context);
            return;
        }

        var format = request.Format ?? QueryFormats.Default;
        if (QueryFormats.ContentTypeOf(format) is not { } contentType)
        {
            await QueryProblems.Invalid($"Format '{format}' is not offered; there are {QueryFormats.Names}.").WriteAsync(context);
            return;
        }

        if (!QueryParameters.TryConvert(request.Parameters, out var parameters, out var error))
        {
            await QueryProblems.Invalid(error).WriteAsync(context);
            return;
        }

        try
        {
            await flusher.FlushAsync(request.Sql, parameters, context.RequestAborted);
            var answer = await clickHouse.QueryReadOnlyAsync(request.Sql, format, parameters, context.RequestAborted);
            await JsonAnswer.WriteBytesAsync(context, contentType, answer);
        }
        catch (TimeoutException)
        {
            await ReadProblems.FlushTimeout(options.RetryAfterSeconds).WriteAsync(context);
        }
        catch (ClickHouseAwayException exception)
        {
            await ReadProblems.EngineUnavailable(exception, options.RetryAfterSeconds).WriteAsync(context);
        }
        catch (ClickHouseException exception)
        {
            await QueryProblems.Of(exception).WriteAsync(context);
        }
    }
}
