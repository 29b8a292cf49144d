using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary><c>POST /v1/dead-letters/replay</c>: dead letters that are events now go into the log. One request at a time.</summary>
internal sealed partial class ReplayRoute(DeadLetterReplay replay, ReplayInstruments instruments, HttpOptions options, ILogger<ReplayRoute> logger)
{
    private const string Wanted = "an object that says which dead letters";

    private int _isRunning;

    /// <summary>Answers what became of the letters; with 503 as far as it has come.</summary>
    public async Task PostAsync(HttpContext context)
    {
        if (await SmallBody.ReadJsonAsync(context, ReplayJson.Default.ReplayRequest, options.QueryBodyBytesMax, Invalid, Wanted) is not { } request)
        {
            return;
        }

        if (!ReplayOrder.TryCreate(request, out var order, out var error))
        {
            await Invalid(error).WriteAsync(context);
            return;
        }

        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            await Running().WriteAsync(context);
            return;
        }

        var result = new ReplayResult();
        Problem? problem;
        try
        {
            problem = await RunAsync(order, result, context.RequestAborted);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }

        await (problem?.WriteAsync(context) ?? JsonAnswer.WriteAsync(context, result, static (json, result) =>
        {
            json.WriteStartObject();
            ReplayResultJson.WriteMembers(json, result);
            json.WriteEndObject();
        }));
    }

    private async Task<Problem?> RunAsync(ReplayOrder order, ReplayResult result, CancellationToken cancellationToken)
    {
        try
        {
            await replay.RunAsync(order, result, cancellationToken);
            LogEnded(logger, result.Matched, result.Replayed, result.StillRefusedCount, result.Truncated, result.Already, order.IsDryRun);
            return null;
        }
        catch (Exception exception) when (ProblemOf(exception) is { } problem)
        {
            LogStopped(logger, result.Replayed, result.Matched, exception);
            return problem with { WriteMore = json => ReplayResultJson.WriteMembers(json, result) };
        }
        finally
        {
            if (!order.IsDryRun)
            {
                instruments.Ended(result);
            }
        }
    }

    private Problem? ProblemOf(Exception exception) => exception switch
    {
        EventLogFullException => Unavailable(ProblemCodes.LogFull, $"The log is full: {exception.Message}"),
        EventLogException or ObjectDisposedException => Unavailable(ProblemCodes.LogUnavailable, "The log could not make the events durable."),
        LogBehindException => Unavailable(ProblemCodes.LogBehind, exception.Message),
        TimeoutException => ReadProblems.FlushTimeout(options.RetryAfterSeconds),
        ClickHouseException failure => ReadProblems.EngineUnavailable(failure, options.RetryAfterSeconds),
        _ => null,
    };

    private Problem Unavailable(string code, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, detail + " What was replayed is marked; the same request goes on from there.")
        {
            RetryAfterSeconds = options.RetryAfterSeconds,
        };

    private Problem Running() => new(StatusCodes.Status409Conflict, ProblemCodes.ReplayRunning, "Another replay is running; there is one at a time.")
    {
        RetryAfterSeconds = options.RetryAfterSeconds,
    };

    private static Problem Invalid(string detail) => new(StatusCodes.Status400BadRequest, ProblemCodes.ReplayInvalid, detail);
}
