using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Http.Answers;

/// <summary>The outermost step: whatever went wrong further in leaves as a problem with a code, and unknown failures are logged.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, HttpOptions options, ILogger<ProblemMiddleware> logger)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.ContentLength is null && Routing(context) is { } routing)
            {
                await routing.WriteAsync(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, new Problem(exception.StatusCode, ProblemCodes.RequestInvalid, exception.Message));
        }
        catch (ClickHouseAwayException exception)
        {
            await AnswerAsync(
                context,
                new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.EngineUnavailable, exception.Message) { RetryAfterSeconds = options.RetryAfterSeconds });
        }
        catch (Exception exception) when (context.RequestServices.GetService<IsActorAway>() is { } isAway && isAway(exception))
        {
            await AnswerAsync(
                context,
                new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.ActorUnavailable, "The metric's actor cannot be reached: its server has gone, and another takes over within seconds.")
                {
                    RetryAfterSeconds = options.RetryAfterSeconds,
                });
        }
        catch (Exception exception)
        {
            LogFailure(logger, context.Request.Method, context.Request.Path, exception);
            await AnswerAsync(
                context,
                new Problem(StatusCodes.Status500InternalServerError, ProblemCodes.InternalError, "The server failed; its log says why."));
        }
    }

    // The framework's own answers have a status and nothing else.
    private static Problem? Routing(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Problem(
            404, ProblemCodes.RouteUnknown, $"There is nothing at {context.Request.Path}; GET / names the routes."),
        StatusCodes.Status405MethodNotAllowed => new Problem(
            405, ProblemCodes.MethodNotAllowed, $"{context.Request.Path} takes {context.Response.Headers.Allow}, not {context.Request.Method}."),
        _ => null,
    };

    private async Task AnswerAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: cutting the connection is the only way left to say that it is not whole.
            context.Abort();
            return;
        }

        try
        {
            context.Response.Clear();
            await problem.WriteAsync(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            LogUnanswered(logger, problem.Code, exception);
        }
    }
}
