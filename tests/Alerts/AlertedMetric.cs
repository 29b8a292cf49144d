using System.Collections.Concurrent;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Alerts;
using Analytics.Grains.Alerts.Delivery;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Alerts;

/// <summary>An actor with alerts over the real engine, on a clock that the test moves; what would be posted is noted.</summary>
internal sealed class AlertedMetric : IAlertDelivery, IDisposable
{
    private readonly MetricServices _services;
    private readonly FailureLog _log = new();
    private ActorHost _host = new();
    private long _nextOffset;

    private AlertedMetric(IClickHouse clickHouse, string project, AlertOptions options)
    {
        Project = project;
        Store = new AlertStore(clickHouse, TimeProvider.System);
        _services = new MetricServices(
            clickHouse, new InsertScheduler(clickHouse, 10_000, 4, TimeProvider.System), new FlushOptions(), new MetricOptions(), new LimitsOptions(), Time, _log, new MetricInstruments())
        {
            // The actor's clock stands still while they wait for others to share an insert with.
            States = new MetricStateStore(clickHouse, TimeProvider.System),
            Tables = new TableCatalog(clickHouse, TimeProvider.System),
            Alerts = new AlertServices(options, Store, this, new AlertInstruments()),
        };
        Actor = new MetricActor(_host, project, "m", _services);
    }

    public ManualTime Time { get; } = new();

    public string Project { get; }

    public AlertStore Store { get; }

    public MetricActor Actor { get; private set; }

    /// <summary>What was handed over for its webhook, in order.</summary>
    public ConcurrentQueue<AlertMessage> Told { get; } = new();

    public static async Task<AlertedMetric> StartAsync(EngineFixture engine, AlertOptions? options = null)
    {
        var clickHouse = await engine.OpenAsync();
        var project = await engine.NewDatabaseAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        return new AlertedMetric(clickHouse, project, options ?? new AlertOptions { SettleSeconds = 0, LookMs = 10 });
    }

    void IAlertDelivery.Take(AlertMessage message) => Told.Enqueue(message);

    /// <summary>Another activation, as after a crash: nothing is said to the one before.</summary>
    public void Crash()
    {
        _host = new ActorHost();
        Actor = new MetricActor(_host, Project, "m", _services);
    }

    /// <summary>Makes an alert; it must be taken.</summary>
    public async Task SetAsync(AlertDefinition alert) => Assert.Null((await Actor.SetAlertAsync(alert))?.Detail);

    /// <summary>Takes events of now.</summary>
    public Task TakeAsync(int count, params (string Name, TestValue Value)[] fields) => TakeAtAsync(Time.NowMs, count, fields);

    /// <summary>Takes events of another time, received now.</summary>
    public async Task TakeAtAsync(long timeMs, int count, params (string Name, TestValue Value)[] fields)
    {
        var origin = new BatchOrigin(0, 1, 0, -1, _nextOffset, 0);
        var rows = Enumerable.Range(0, count).Select(_ => new TestRow
        {
            Offset = _nextOffset++,
            Time = timeMs,
            Received = Time.NowMs,
            Fields = fields.ToDictionary(field => field.Name, field => field.Value),
        });
        await Actor.TakeAsync([Batches.Of(origin, [.. rows], Project, "m")]);
        await Actor.WhenAlertsKeptAsync();
    }

    /// <summary>Lets time pass: the actor is called when it has asked for it, and whatever it then keeps is durable.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var end = Time.GetUtcNow() + time; Time.GetUtcNow() < end;)
        {
            var step = _host.AlertTimer is { } due && due < end - Time.GetUtcNow() ? due : end - Time.GetUtcNow();
            var isDue = _host.AlertTimer is { } timer && timer <= step;
            Time.Advance(step);
            _host.AlertTimer = isDue ? null : _host.AlertTimer - step;
            if (isDue)
            {
                await Actor.OnAlertTimerAsync();
                await Actor.WhenAlertsKeptAsync();
            }
        }
    }

    /// <summary>The alert as of now.</summary>
    public async Task<AlertStatus> ReadAsync(string name = "a")
    {
        // What the first one finds is durable with the second.
        await Actor.ReadAlertsAsync();
        await Actor.WhenAlertsKeptAsync();
        return (await Actor.ReadAlertsAsync()).Single(alert => alert.Definition.Name == name);
    }

    /// <summary>Whether the actor wants to be called.</summary>
    public bool HasAlertTimer => _host.AlertTimer is not null;

    /// <summary>Whether the alert is raised now.</summary>
    public async Task<bool> IsRaisedAsync(string name = "a")
    {
        await PassAsync(TimeSpan.FromMilliseconds(250));
        await Actor.WhenAlertsKeptAsync();
        return (await ReadAsync(name)).IsRaised;
    }

    /// <summary>What the table says was raised and cleared, the older first.</summary>
    public async Task<string> HistoryAsync() => string.Join(' ', (await Store.ReadHistoryAsync(10_000, CancellationToken.None)).Where(record => record.Project == Project).Reverse().Select(record => record.Event));

    public void Dispose()
    {
        Actor.Dispose();
        _services.Inserts.Dispose();
        _services.Instruments.Dispose();
        _services.Alerts!.Instruments.Dispose();
    }
}
