using Analytics.Silo.Http.Answers;
using Microsoft.AspNetCore.Http.Features;

namespace Analytics.Silo.Http.Watch;

/// <summary>Answers with a live state as server-sent events, <c>snapshot</c> first and then <c>change</c> with what is other than before. Whoever missed some gets a <c>snapshot</c> again.</summary>
internal sealed class WatchStream(LiveWatches watches, HttpOptions options, IHostApplicationLifetime lifetime)
{
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

    private static async Task SendAsync(HttpContext context, LiveWatch watch, CancellationToken cancellationToken)
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
        var told = watch.Latest.Heartbeats;
        while (true)
        {
            var (frame, heartbeats, next) = watch.Latest;
            if (frame is not null && frame != last)
            {
                if (last is not null || frame.Id != knownId)
                {
                    await WriteAsync(response, last is not null && frame.Number == last.Number + 1 ? frame.Change : frame.Snapshot, cancellationToken);
                }

                last = frame;
            }
            else if (heartbeats != told)
            {
                told = heartbeats;
                await WriteAsync(response, Heartbeat, cancellationToken);
            }
            else
            {
                await next.WaitAsync(cancellationToken);
            }
        }
    }

    // Written is sent: the server flushes every write, and asking for it once more would cost as much again.
    private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken cancellationToken) =>
        await response.BodyWriter.WriteAsync(bytes, cancellationToken);
}
