using Microsoft.AspNetCore.Http.Features;

namespace Analytics.Silo.Http.Watch;

/// <summary>
/// Answers with server-sent events: all of a state first, then what changed. Whoever missed frames gets all of it again; whoever comes back with
/// <c>Last-Event-ID</c> gets nothing that he has.
/// </summary>
internal sealed class FrameStream(IHostApplicationLifetime lifetime)
{
    private static readonly byte[] Heartbeat = ": nothing new\n\n"u8.ToArray();

    /// <summary>Answers until the caller leaves or the server stops.</summary>
    public async Task SendAsync(HttpContext context, IFrameSource source)
    {
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await SendAsync(context, source, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // He has left, or the server stops.
        }
    }

    private static async Task SendAsync(HttpContext context, IFrameSource source, CancellationToken cancellationToken)
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
        var told = source.Latest.Heartbeats;
        while (true)
        {
            var (frame, heartbeats, next) = source.Latest;
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
