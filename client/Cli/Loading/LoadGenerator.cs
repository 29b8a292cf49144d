using System.Diagnostics;
using System.Globalization;
using Analytics.Client;

namespace Analytics.Cli.Loading;

/// <summary>Makes events and sends them at a rate, over some connections. Every event has an id, so a request can be repeated without harm.</summary>
internal sealed class LoadGenerator(IEventSender sender, LoadPlan plan)
{
    private static readonly string[] Countries = ["CH", "DE", "FR", "IT", "AT", "US", "JP", "BR", "IN", "ZA"];

    // A server that is full says when it has room; one that says nothing gets this long.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    // A server that refuses for as long is broken, not busy.
    private const int RetriesMax = 120;

    private readonly string _run = Guid.CreateVersion7().ToString("N")[..16];
    private readonly Stopwatch _clock = new();
    private long _next;
    private long _accepted;
    private long _rejected;
    private long _retries;

    /// <summary>Events that are durable.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Events the server refused.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Requests sent again.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Sends all of them.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        _clock.Start();
        await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => SendAsync(cancelled)));
    }

    private async Task SendAsync(CancellationToken cancelled)
    {
        var size = plan.RequestEvents;
        while (true)
        {
            var first = Interlocked.Add(ref _next, size) - size;
            var count = (int)Math.Min(size, (plan.EventsExpected ?? long.MaxValue) - first);
            if (count <= 0 || (plan.EventsExpected is null && _clock.Elapsed >= plan.Time))
            {
                return;
            }

            if (plan.Rate > 0 && TimeSpan.FromSeconds((double)first / plan.Rate) - _clock.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early, cancelled);
            }

            var result = await SendAsync([.. Enumerable.Range(0, count).Select(i => Make(first + i))], cancelled);
            Interlocked.Add(ref _accepted, result.Accepted);
            Interlocked.Add(ref _rejected, result.Rejected);
        }
    }

    private async Task<TrackResult> SendAsync(TrackedEvent[] events, CancellationToken cancelled)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await sender.TrackAsync(events, cancelled);
            }
            catch (AnalyticsException exception) when (exception.IsTransient && attempt < RetriesMax)
            {
                Interlocked.Increment(ref _retries);
                await Task.Delay(exception.RetryAfter ?? RetryAfter, cancelled);
            }
        }
    }

    private TrackedEvent Make(long number)
    {
        // A number's event is the same whichever connection sends it.
        var random = new Random(unchecked((plan.Seed * 397) ^ (int)(number * 2_654_435_761)));
        var project = plan.Projects == 1 ? plan.Project : string.Create(CultureInfo.InvariantCulture, $"{plan.Project}_{number % plan.Projects}");
        var metric = plan.Metrics == 1 ? "purchase" : string.Create(CultureInfo.InvariantCulture, $"purchase_{number / plan.Projects % plan.Metrics}");
        return new TrackedEvent(project, metric, new
        {
            amount = Math.Round(random.NextDouble() * 200, 2),
            user = string.Create(CultureInfo.InvariantCulture, $"u{random.Next(plan.Cardinality)}"),
            country = Countries[random.Next(Countries.Length)],
            ok = random.Next(50) > 0,
        })
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"load:{_run}:{number}"),
        };
    }
}
