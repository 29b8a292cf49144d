using Analytics.Grains.Alerts;
using Analytics.Grains.Alerts.Delivery;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics;
using Analytics.Grains.Metrics.Activities;
using Analytics.Grains.Projects;
using Analytics.Grains.Telemetry;
using Analytics.Silo.Cluster;
using Analytics.Grains.Views.Sinks;
using Analytics.Silo.Configuration;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Health;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Telemetry;
using Analytics.Silo.Ingest.RefusedRows;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Orleans.Hosting;

namespace Analytics.Silo.Hosting;

/// <summary>What the actors and the streams are made of.</summary>
internal static class SiloServices
{
    /// <summary>Registers log, engine and all that the actors share.</summary>
    /// <param name="services">The container.</param>
    /// <param name="options">Checked settings.</param>
    /// <param name="parts">Log and engine, open already; they outlive the container.</param>
    public static void AddPipeline(this IServiceCollection services, AnalyticsOptions options, SiloParts parts)
    {
        services.AddSingleton<IEventLog>(parts.Log);
        var clickHouse = services.AddFence(options, parts.ClickHouse);
        services.AddSingleton(clickHouse);
        services.AddSingleton(options.Metrics);
        services.AddSingleton(options.Ingest);
        services.AddSingleton<InsertInstruments>();
        services.AddSingleton<ClusterSize>();
        services.AddSingleton(provider =>
        {
            var scheduler = new InsertScheduler(
                clickHouse, options.Flush.InsertsPerSecondMax, options.ClickHouse.Connections, provider.GetRequiredService<TimeProvider>(),
                options.Flush.AgeMaxMs);
            provider.GetRequiredService<InsertInstruments>().Observe(scheduler);
            provider.GetRequiredService<ClusterSize>().Observe(scheduler.Share);
            return scheduler;
        });
        services.AddSingleton(new HeldMemory(options.Ingest.MemoryBytesMax));
        services.AddSingleton<MetricActivities>(_ => new MetricActivities());
        services.AddSingleton(provider =>
        {
            var instruments = provider.GetRequiredService<MetricInstruments>();
            var shared = new MetricServices(
                clickHouse, provider.GetRequiredService<InsertScheduler>(), options.Flush, options.Metrics, options.Limits,
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>(), instruments)
            {
                IsOneOfMany = options.Orleans.Clustering == OrleansOptions.AdoNet,
                Memory = provider.GetRequiredService<HeldMemory>(),
                Activities = provider.GetRequiredService<MetricActivities>(),
                RefusedRows = provider.GetRequiredService<IRefusedRows>(),
                Sinks = provider.GetRequiredService<SinkServices>(),
                Alerts = provider.GetRequiredService<AlertServices>(),
            };
            instruments.Observe(() => shared.States.WaitingBytes);
            return shared;
        });
        services.AddSingleton<SinkInstruments>();
        services.AddSingleton(provider => new SinkServices(
            new LogProgress(parts.Log, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping),
            provider.GetRequiredService<SinkInstruments>())
        {
            Postgres = PostgresSource.Of(options.Postgres),
        });
        services.AddHostedService<SinkStart>();
        services.AddSingleton<IRefusedRows, LogRefusedRows>();
        services.AddAlerts(options);
        services.AddSingleton<IActors, GrainActors>();
        services.AddSingleton<IsActorAway>(ActorFailures.IsAway);
        services.AddSingleton<CatalogStore>();
        services.AddSingleton(_ => new MetricInstruments(Enum.Parse<MetricLabels>(options.Telemetry.Labels)));
        services.AddSingleton<IngestInstruments>();
        services.AddSingleton<TableParts>();
    }

    /// <summary>Makes readiness ask for what only a whole silo has; behind what every server is asked for.</summary>
    public static void AddPipelineChecks(this IServiceCollection services)
    {
        services.AddSingleton<IReadinessCheck, WriteCheck>();
        services.AddSingleton<IReadinessCheck, LagCheck>();
    }

    private static void AddAlerts(this IServiceCollection services, AnalyticsOptions options)
    {
        services.AddSingleton(options.Alerts);
        services.AddSingleton<AlertStore>();
        services.AddSingleton<AlertInstruments>();
        services.AddSingleton<IAlertDelivery, WebhookDelivery>();
        services.AddSingleton<AlertServices>();
        services.AddHostedService<AlertKeeper>();
    }

    /// <summary>Adds actors and the log's streams to the silo.</summary>
    public static void AddActors(this ISiloBuilder silo, AnalyticsOptions options)
    {
        silo.UseCluster(options);
        silo.AddLogStreams();
    }
}
