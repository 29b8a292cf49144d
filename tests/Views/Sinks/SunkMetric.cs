using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Grains.Views.Sinks;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Npgsql;

namespace Analytics.Tests.Views.Sinks;

/// <summary>A metric with views and their sinks, in the real engine and a real PostgreSQL, on a clock of the test's, as its actor would run them. It can crash.</summary>
internal sealed class SunkMetric : IDisposable
{
    /// <summary>How long after its window an event may be received.</summary>
    public const int GraceSeconds = 10;

    private readonly EmbeddedClickHouse _clickHouse;
    private readonly NpgsqlDataSource? _postgres;
    private readonly InsertScheduler _inserts;
    private readonly SinkInstruments _instruments = new();
    private ViewDefinition[] _views = [];
    private long _offset;

    private SunkMetric(EmbeddedClickHouse clickHouse, string project, string? postgres)
    {
        _clickHouse = clickHouse;
        Project = project;
        _postgres = postgres is null ? null : NpgsqlDataSource.Create(postgres + ";Timeout=5;Command Timeout=5");
        _inserts = new InsertScheduler(clickHouse, 10_000, 4, TimeProvider.System);
        Metric = new OneMetric(clickHouse, project, Time) { Metrics = new MetricOptions { GraceSeconds = GraceSeconds }, Flush = new FlushOptions { RowsMax = 5_000 } };
    }

    public ImpatientTime Time { get; } = new();

    public string Project { get; }

    public OneMetric Metric { get; }

    public LogProgressDouble Log { get; } = new();

    /// <summary>The first window that is written.</summary>
    public long SinceMs => _views[0].SinceMs;

    /// <summary>What sinks do next; nothing wrong unless set.</summary>
    public Func<SinkFault> NextFault { get; set; } = static () => SinkFault.None;

    /// <summary>The sinks that were opened.</summary>
    public List<FaultySink> Opened { get; } = [];

    /// <summary>What was accepted.</summary>
    public List<SinkEvent> Events { get; } = [];

    public FailureLog Failures { get; } = new();

    public ViewSinks Sinks { get; private set; } = null!;

    public static async Task<SunkMetric> StartAsync(EngineFixture engine, string? postgres)
    {
        var metric = new SunkMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), postgres);
        await metric.RestartAsync();
        return metric;
    }

    /// <summary>As after a crash: everything is made from table and sinks.</summary>
    public async Task RestartAsync()
    {
        await Metric.StartAsync();
        var services = new SinkServices(Log, _instruments) { Postgres = _postgres };
        Sinks = new ViewSinks(
            services,
            (view, sink) =>
            {
                var faulty = new FaultySink(services.OpenSink(_clickHouse, _inserts, Project, "m", view, sink), () => NextFault());
                Opened.Add(faulty);
                return faulty;
            },
            Time, new Random(1), Project, Failures);
        foreach (var view in _views)
        {
            await Metric.Live.MakeViewAsync(view, CancellationToken.None);
        }

        Sinks.Follow(_views);
    }

    /// <summary>Decides which views there are.</summary>
    public async Task SetAsync(params ViewDefinition[] views)
    {
        _views = views;
        foreach (var view in views)
        {
            await Metric.Live.MakeViewAsync(view, CancellationToken.None);
        }

        Sinks.Follow(views);
    }

    /// <summary>Takes rows into live state and table.</summary>
    public async Task TakeAsync(params IEnumerable<TestRow> rows)
    {
        foreach (var some in rows.Chunk(1000))
        {
            Metric.Take(Metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), [.. some.Select(row => row with { Offset = _offset++ })]));
        }

        await Metric.DrainAsync();
        Log.ReachedMs = Time.NowMs;
        Sinks.Wake();
    }

    /// <summary>Takes an event for each.</summary>
    public Task TakeAsync(IReadOnlyList<SinkEvent> events)
    {
        Events.AddRange(events);
        return TakeAsync(events.Select(one => new TestRow
        {
            Time = one.TimeMs,
            Received = one.ReceivedMs,
            Fields = one.Branch is null
                ? new Dictionary<string, TestValue> { ["amount"] = TestValue.Int(one.Amount) }
                : new Dictionary<string, TestValue> { ["amount"] = TestValue.Int(one.Amount), ["branch"] = TestValue.Text(one.Branch) },
        }));
    }

    /// <summary>Starts once what is due, and waits until it is done.</summary>
    public async Task StepAsync()
    {
        Sinks.Start(view => Metric.Live.SinkRowsOf(view), Task.Run, static () => { }, CancellationToken.None);
        await Sinks.StopAsync().WithinDeadline();
    }

    /// <summary>Lets time pass and the sinks write, until nothing is due.</summary>
    public async Task FinishAsync()
    {
        for (var i = 0; i < 2000 && Sinks.DueIn is { } due; i++)
        {
            Time.Advance((long)due.TotalMilliseconds);
            Log.ReachedMs = Time.NowMs;
            await StepAsync();
        }

        Xunit.Assert.True(Sinks.DueIn is null, $"There is no end. {string.Join('\n', Failures.Messages.Take(3))}");
    }

    /// <summary>Rows of a view's table in ClickHouse: start and what is asked for, blanks between.</summary>
    public async Task<string[]> ClickHouseAsync(string view, string columns, bool isGrouped = false) => [.. (await _clickHouse.ReadRowsAsync(
        $"SELECT {string.Join(", ", columns.Split(',').Select(column => $"ifNull(toString({column.Trim()}), '-')"))} FROM `{Project}~views`.`m.{view}`{(isGrouped ? string.Empty : " ORDER BY window_start")}"))
        .Select(row => string.Join(' ', row))];

    /// <summary>The rows that <see cref="SinkCheck"/> takes.</summary>
    public Task<string[]> ClickHouseAsync(string view) => ClickHouseAsync(view, "toUnixTimestamp64Milli(window_start),branch,`sum(amount)`,count");

    /// <summary>The same of PostgreSQL, of the table with its usual name.</summary>
    public string PostgresSql(string view) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT (extract(epoch FROM window_start) * 1000)::bigint, branch, \"sum(amount)\", count FROM \"{Project}_m_{view}\" ORDER BY window_start");

    public void Dispose()
    {
        _postgres?.Dispose();
        _inserts.Dispose();
        _instruments.Dispose();
    }
}
