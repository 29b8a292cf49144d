using Analytics.Silo.Http.Answers;
using Microsoft.AspNetCore.Http.Features;

namespace Analytics.Silo.Http.Watch;

/// <summary>Answers with a live state as server-sent events, <c>snapshot</c> first and then <c>change</c> with what is other than before. Whoever missed some gets a <c>snapshot</c> again.</summary>
internal sealed class WatchStream(LiveWatches watches, HttpOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // Proxies give up a connection that says nothing for half a minute or longer.
    private static readonly TimeSpan HeartbeatAfter = TimeSpan.FromSeconds(15);
    private static readonly byte[] Heartbeat = ": nothing new\n\n"u8.ToArray();

    /// <summary>Between two frames at least.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1.0 / options.WatchChangesPerSecond);

    /// <summary>Answers until the caller leaves or the server stops.</summary>
    public async Task SendAsync(HttpContext context, WatchSource source)
    {
        if (!watches.TryOpen(source, out var watch))
        {
            await new Problem(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyWatchers, $"{options.WatchersMax} watch already (Analytics:Http:WatchersMax).")
            {
                RetryAfterSeconds = options.RetryAfterSeconds,
            }.WriteAsync(context);
            return;
        }

        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await SendAsync(context, watch, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // He has left, or the server stops.
        }
        finally
        {
            await watches.CloseAsync(source, watch);
        }
    }

    private async Task SendAsync(HttpContext context, LiveWatch watch, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        var knownId = context.Request.Headers["Last-Event-ID"].ToString();
        WatchFrame? last = null;
        while (true)
        {
            var (frame, next) = watch.Latest;
            if (frame is not null && frame != last)
            {
                if (last is not null || frame.Id != knownId)
                {
                    await WriteAsync(response, last is not null && frame.Number == last.Number + 1 ? frame.Change : frame.Snapshot, cancellationToken);
                }

                last = frame;
            }
            else if (!await IsNextAsync(next, cancellationToken))
            {
                await WriteAsync(response, Heartbeat, cancellationToken);
            }
        }
    }

    private async Task<bool> IsNextAsync(Task next, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(HeartbeatAfter, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
