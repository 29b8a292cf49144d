using Analytics.Client;

namespace Analytics.Cli.Demos;

/// <summary>Sends events of the present at an even rate, four requests a second, each packed with gzip.</summary>
internal static class DemoSender
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>Sends for a while.</summary>
    /// <param name="sender">Takes them.</param>
    /// <param name="rate">Events a second.</param>
    /// <param name="time">For how long.</param>
    /// <param name="make">Makes the next event, that happens at this time.</param>
    /// <param name="cancelled">Stops earlier.</param>
    /// <returns>The number of events sent.</returns>
    public static async Task<long> SendAsync(IEventSender sender, int rate, TimeSpan time, Func<DateTimeOffset, TrackedEvent> make, CancellationToken cancelled)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(Between);
        var sent = 0L;
        var all = (long)(time.TotalSeconds * rate);
        while (sent < all)
        {
            await ticks.WaitForNextTickAsync(cancelled);
            var due = Math.Min((long)(clock.Elapsed.TotalSeconds * rate), all);
            var now = DateTimeOffset.UtcNow;
            var events = new List<TrackedEvent>();
            for (; sent < due; sent++)
            {
                events.Add(make(now));
            }

            var result = await sender.TrackAsync(events, cancelled);
            if (result.Rejected > 0)
            {
                throw new CliException($"The server rejected {result.Rejected} events: {result.Errors[0].Message}");
            }
        }

        return sent;
    }
}
