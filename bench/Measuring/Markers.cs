using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Analytics.Bench.Kafka;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Measuring;

/// <summary>
/// Events of a loaded metric that can be told from the others: field <c>marker</c> is their number, and the field's largest value in the live state says
/// which were seen. A marker is a row when the table has as many rows as the live state had events when it showed the marker: rows are written in the
/// order they were taken in. What looking takes, some milliseconds, is part of the figures.
/// </summary>
/// <param name="silo">The silo.</param>
/// <param name="sendAsync">Sends an event; completes when it is accepted.</param>
/// <param name="project">The metric's project.</param>
/// <param name="metric">The metric.</param>
internal sealed class Markers(RunningSilo silo, Func<byte[], Task> sendAsync, string project = EventSet.Project, string metric = EventSet.Metric)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    // With thousands of metrics a row waits for more than a minute by design.
    private static readonly TimeSpan RowMax = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<long, long> _acceptedAt = new();
    private long _last = -1;

    /// <summary>Markers sent.</summary>
    public long Sent => _last + 1;

    /// <summary>Milliseconds from accepted to seen in the live state, a marker each.</summary>
    public List<double> LiveMs { get; } = [];

    /// <summary>Milliseconds from accepted to row, a marker each.</summary>
    public List<double> RowMs { get; } = [];

    /// <summary>Sends markers for a while, and waits until each of them is a row.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        using var sending = new CancellationTokenSource();
        var looking = LookAsync(sending.Token);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration;)
        {
            var number = _last + 1;
            var text = $$$"""{"project":"{{{project}}}","metric":"{{{metric}}}","fields":{"marker":{{{number}}}}}""";
            await sendAsync(Encoding.UTF8.GetBytes(text));
            _acceptedAt[number] = Stopwatch.GetTimestamp();
            Interlocked.Exchange(ref _last, number);
            await Task.Delay(Between, CancellationToken.None);
        }

        await sending.CancelAsync();
        await looking;
    }

    private async Task LookAsync(CancellationToken noneMore)
    {
        var (nextLive, nextRow) = (0L, 0L);
        var totals = new Queue<long>();
        var deadline = Stopwatch.GetTimestamp();
        while (!noneMore.IsCancellationRequested || nextRow <= Interlocked.Read(ref _last))
        {
            deadline = noneMore.IsCancellationRequested ? deadline : Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(deadline) > RowMax)
            {
                throw new TimeoutException($"Marker {nextRow} is no row after {RowMax.TotalSeconds} s.");
            }

            var (seen, total, rows) = await ReadAsync();
            var now = Stopwatch.GetTimestamp();
            for (; nextLive <= seen; nextLive++)
            {
                // Seen before its sender knows that it was accepted: no time at all.
                LiveMs.Add(_acceptedAt.TryGetValue(nextLive, out var at) ? Stopwatch.GetElapsedTime(at, now).TotalMilliseconds : 0);
                totals.Enqueue(total);
            }

            for (; totals.TryPeek(out var needed) && rows >= needed; nextRow++)
            {
                totals.Dequeue();
                RowMs.Add(_acceptedAt.TryGetValue(nextRow, out var at) ? Stopwatch.GetElapsedTime(at, now).TotalMilliseconds : 0);
            }

            await Task.Delay(LookEvery, CancellationToken.None);
        }
    }

    private async Task<(long Seen, long Total, long Rows)> ReadAsync()
    {
        using var response = await silo.Http.GetAsync(new Uri($"/v1/projects/{project}/metrics/{metric}", UriKind.Relative));
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (-1, 0, 0);
        }

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        var root = answer.RootElement;
        var seen = root.GetProperty("fields").TryGetProperty("marker", out var marker) ? marker.GetProperty("max").GetInt64() : -1;
        return (seen, root.GetProperty("total").GetInt64(), root.GetProperty("durable").GetProperty("rows").GetInt64());
    }
}
