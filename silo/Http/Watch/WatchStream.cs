namespace Analytics.Silo.Http.Watch;

/// <summary>Answers with a live state as server-sent events, <c>snapshot</c> first and then <c>change</c> with what is other than before.</summary>
internal sealed class WatchStream(LiveWatches watches, HttpOptions options, FrameStream frames)
{
    /// <summary>Between two frames at least.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1.0 / options.WatchChangesPerSecond);

    /// <summary>Answers until the caller leaves or the server stops.</summary>
    public async Task SendAsync(HttpContext context, WatchSource source)
    {
        if (!watches.TryOpen(source, out var watch))
        {
            await WatchProblems.TooMany(options).WriteAsync(context);
            return;
        }

        try
        {
            await frames.SendAsync(context, watch);
        }
        finally
        {
            await watches.CloseAsync(source, watch);
        }
    }
}
