using System.Diagnostics;
using System.Text;
using Analytics.Tests.Integration;

namespace Analytics.Tests.Scale;

/// <summary>Thousands of metrics through the front door: created, loaded steadily, killed, restarted, counted.</summary>
internal sealed class ScaleRun(ScaleOptions options, Action<string> say)
{
    // Requests of 100 events, a hundred a second.
    private const int EventsEach = 100;
    private const int RequestsPerSecond = 100;
    private const int ReadersMax = 8;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CreateMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(10);

    private readonly byte[][] _events = [.. Enumerable.Range(0, options.Metrics).Select(metric => EventOf(metric, options.Projects))];
    private readonly List<double> _lags = [];
    private readonly List<double> _liveMs = [];
    private long _accepted;
    private double _lateSecondsMax;
    private double _residentMax;

    /// <summary>Runs it all.</summary>
    public async Task<ScaleFigures> RunAsync(RunningSilo silo)
    {
        var watch = Stopwatch.StartNew();
        for (var sent = 0; sent < options.Metrics; sent += EventsEach)
        {
            await SendAsync(silo, Math.Min(EventsEach, options.Metrics - sent));
        }

        await UntilTakenAsync(silo, CreateMax);
        var createSeconds = watch.Elapsed.TotalSeconds;
        say($"{options.Metrics} metrics are there after {createSeconds:0} s.");

        var cpu = silo.ProcessorTime;
        watch.Restart();
        await LoadAsync(silo, options.Duration, isWatched: true);
        var cores = (silo.ProcessorTime - cpu).TotalSeconds / watch.Elapsed.TotalSeconds;
        var parts = await silo.QueryAsync("SELECT max(parts) AS most FROM (SELECT count() AS parts FROM system.parts WHERE active GROUP BY database, table)");
        var failures = await silo.MetricAsync("analytics_inserts_failures_total");
        say($"Under load: lag {string.Join(' ', _lags.Where((_, i) => i % 30 == 0))}, {cores:0.00} cores, {_residentMax / 1e6:0} MB.");

        await silo.KillAsync();
        watch.Restart();
        silo.Launch();
        await silo.WaitUntilReadyAsync();
        var readySeconds = watch.Elapsed.TotalSeconds;
        var loading = LoadAsync(silo, options.After, isWatched: false);

        // A second's events may be under way.
        await UntilCaughtUpAsync(silo, RequestsPerSecond * EventsEach);
        var caughtUpSeconds = watch.Elapsed.TotalSeconds;
        await loading;
        await UntilCaughtUpAsync(silo, 0);
        _residentMax = Math.Max(_residentMax, ResidentPeak(silo));
        say($"Ready {readySeconds:0.0} s after the kill, caught up after {caughtUpSeconds:0.0} s.");

        var wrong = await CountWrongAsync(silo);
        var fewBytes = await LoadFewAsync(silo);
        var third = Math.Max(1, _lags.Count / 3);
        return new ScaleFigures
        {
            CreateSeconds = createSeconds,
            LagFirst = _lags.Take(third).Max(),
            LagLast = _lags.TakeLast(third).Max(),
            LiveP99Ms = _liveMs.Order().ElementAt((int)(_liveMs.Count * 0.99)),
            ResidentBytesMax = _residentMax,
            PartsMax = parts[0].GetProperty("most").GetDouble(),
            InsertFailures = failures + await silo.MetricAsync("analytics_inserts_failures_total"),
            CoresBusy = cores,
            LateSecondsMax = _lateSecondsMax,
            ReadySeconds = readySeconds,
            CaughtUpSeconds = caughtUpSeconds,
            WrongMetrics = wrong,
            ResidentBytesFew = fewBytes,
        };
    }

    /// <summary>The same rate for some of the metrics, after a restart that has loaded none: bytes resident at worst.</summary>
    private async Task<double> LoadFewAsync(RunningSilo silo)
    {
        await silo.StopAsync();
        await silo.StartAsync();
        var sent = 0L;
        await LoadAsync(silo, options.FewDuration, isWatched: false, async () =>
        {
            await silo.PostEventsAsync(BodyOf(sent, EventsEach, Math.Min(options.FewMetrics, options.Metrics)));
            sent += EventsEach;
        });
        return ResidentPeak(silo);
    }

    private Task LoadAsync(RunningSilo silo, TimeSpan duration, bool isWatched) => LoadAsync(silo, duration, isWatched, () => SendAsync(silo, EventsEach));

    private async Task LoadAsync(RunningSilo silo, TimeSpan duration, bool isWatched, Func<Task> send)
    {
        var watch = Stopwatch.StartNew();
        using var ended = new CancellationTokenSource();
        var looking = isWatched ? LookAsync(silo, ended.Token) : Task.CompletedTask;
        for (var sent = 0L; watch.Elapsed < duration;)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * options.PerSecond) - sent;
            for (; due >= EventsEach; due -= EventsEach)
            {
                await send();
                sent += EventsEach;
            }

            _lateSecondsMax = Math.Max(_lateSecondsMax, watch.Elapsed.TotalSeconds - ((double)sent / options.PerSecond));
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        await ended.CancelAsync();
        await looking;
    }

    /// <summary>Once a second: how far live state is behind, and how long a metric's newest event takes to be seen there.</summary>
    private async Task LookAsync(RunningSilo silo, CancellationToken noneMore)
    {
        var metric = 0;
        while (!noneMore.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, CancellationToken.None);
            var accepted = Interlocked.Read(ref _accepted);
            _lags.Add(Math.Max(0, accepted - await silo.MetricAsync("analytics_metrics_rows_taken_total")));
            _residentMax = Math.Max(_residentMax, ResidentPeak(silo));

            // What had been accepted of a metric by now must be seen soon.
            metric = (metric + 7919) % options.Metrics;
            var wanted = ExpectedOf(metric, Interlocked.Read(ref _accepted));
            var watch = Stopwatch.StartNew();
            while (await TotalAsync(silo, metric) < wanted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), CancellationToken.None);
            }

            _liveMs.Add(watch.Elapsed.TotalMilliseconds);
        }
    }

    private async Task SendAsync(RunningSilo silo, int count)
    {
        await silo.PostEventsAsync(BodyOf(_accepted, count, options.Metrics));
        Interlocked.Add(ref _accepted, count);
    }

    private byte[] BodyOf(long first, int count, int metrics)
    {
        using var body = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            body.Write(_events[(first + i) % metrics]);
            body.WriteByte((byte)'\n');
        }

        return body.ToArray();
    }

    private async Task UntilTakenAsync(RunningSilo silo, TimeSpan max) => await Eventually.IsTrueAsync(
        async () => await silo.MetricAsync("analytics_metrics_rows_taken_total") >= _accepted, max, () => $"Not all of {_accepted} events are in live state.\n{silo.Output}");

    /// <summary>What the log has is decoded, and what is decoded is in live state, but for so many events that may be under way.</summary>
    private static Task UntilCaughtUpAsync(RunningSilo silo, int underWay) => Eventually.IsTrueAsync(
        async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250));
            var records = await silo.MetricAsync("analytics_log_end_offset") - await silo.MetricAsync("analytics_ingest_next_offset");
            var rows = await silo.MetricAsync("analytics_ingest_rows_total")
                - await silo.MetricAsync("analytics_metrics_rows_taken_total") - await silo.MetricAsync("analytics_metrics_rows_replayed_total");
            return records <= underWay / EventsEach && rows <= underWay && await silo.MetricAsync("analytics_ingest_rows_total") > 0;
        },
        WaitMax,
        () => $"Not caught up.\n{silo.Output}");

    private async Task<int> CountWrongAsync(RunningSilo silo)
    {
        var wrong = 0;
        await Parallel.ForAsync(0, options.Metrics, new ParallelOptions { MaxDegreeOfParallelism = ReadersMax }, async (metric, _) =>
        {
            var expected = ExpectedOf(metric, _accepted);
            var rows = (await silo.QueryAsync($"SELECT count() AS n FROM p{metric % options.Projects}.m{metric}"))[0].GetProperty("n").GetInt64();
            var total = await TotalAsync(silo, metric);
            if (rows != expected || total != expected)
            {
                say($"Metric {metric} has {expected} events, {rows} rows and a live total of {total}.");
                Interlocked.Increment(ref wrong);
            }
        });
        return wrong;
    }

    private async Task<long> TotalAsync(RunningSilo silo, int metric) =>
        (await silo.GetAsync($"/v1/projects/p{metric % options.Projects}/metrics/m{metric}")).GetProperty("total").GetInt64();

    private long ExpectedOf(int metric, long events) => (events / options.Metrics) + (metric < events % options.Metrics ? 1 : 0);

    private static double ResidentPeak(RunningSilo silo)
    {
        var line = File.ReadLines($"/proc/{silo.ProcessId}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] EventOf(int metric, int projects) => Encoding.UTF8.GetBytes(
        $$$"""{"project":"p{{{metric % projects}}}","metric":"m{{{metric}}}","fields":{"amount":{{{metric % 97}}}.25,"quantity":{{{metric % 7}}},"user":"u{{{metric % 1000}}}","country":"DE","ok":true}}""");
}
