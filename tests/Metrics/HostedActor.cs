using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;

namespace Analytics.Tests.Metrics;

/// <summary>An actor of metric <c>m</c> of a new project, in the real engine, without a runtime; it can leave and be started again.</summary>
internal sealed class HostedActor : IDisposable
{
    private HostedActor(EmbeddedClickHouse clickHouse, string project, MetricOptions options, FailureLog log)
    {
        ClickHouse = clickHouse;
        Project = project;
        Services = new MetricServices(
            clickHouse, new InsertScheduler(clickHouse, 10_000, 4, TimeProvider.System), new FlushOptions(), options,
            new LimitsOptions(), TimeProvider.System, log, new MetricInstruments());
        Start();
    }

    public EmbeddedClickHouse ClickHouse { get; }

    public string Project { get; }

    public MetricServices Services { get; }

    public ActorHost Host { get; private set; } = null!;

    public MetricActor Actor { get; private set; } = null!;

    public static async Task<HostedActor> CreateAsync(EngineFixture engine, MetricOptions options, FailureLog log)
    {
        var clickHouse = await engine.OpenAsync();
        var project = await engine.NewDatabaseAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        return new HostedActor(clickHouse, project, options, log);
    }

    /// <summary>Another activation, in place of the one there was.</summary>
    public void Start()
    {
        Actor?.Dispose();
        Host = new ActorHost();
        Actor = new MetricActor(Host, Project, "m", Services);
    }

    public Task LeaveAsync() => Actor.LeaveAsync(CancellationToken.None);

    public void Dispose()
    {
        Actor.Dispose();
        Services.Inserts.Dispose();
        Services.Instruments.Dispose();
    }
}
