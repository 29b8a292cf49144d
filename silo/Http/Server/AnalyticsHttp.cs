using Analytics.Grains.Alerts;
using Analytics.Silo.Audit;
using Analytics.Silo.Http.Alerts;
using Analytics.Silo.Http.Audit;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Http.Dashboard;
using Analytics.Silo.Http.DeadLetters;
using Analytics.Silo.Http.Health;
using Analytics.Silo.Http.Overview;
using Analytics.Silo.Http.Query;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Series;
using Analytics.Silo.Http.Settings;
using Analytics.Silo.Http.Telemetry;
using Analytics.Silo.Http.Views;
using Analytics.Silo.Http.Watch;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ObjectPool;

namespace Analytics.Silo.Http.Server;

/// <summary>The services of the HTTP part.</summary>
internal static class AnalyticsHttp
{
    /// <summary>
    /// Registers them. The caller registers what they use: <see cref="HttpOptions"/> and
    /// <see cref="Analytics.Grains.Configuration.LimitsOptions"/>, <see cref="Analytics.Silo.Log.IEventLog"/>,
    /// <see cref="Analytics.Grains.ClickHouse.IClickHouse"/> with its <see cref="Analytics.Grains.ClickHouse.InsertScheduler"/>,
    /// <see cref="Analytics.Grains.Metrics.Activities.MetricActivities"/> and <see cref="IActors"/>.
    /// Further <see cref="IReadinessCheck"/>s take part in <c>/readyz</c>.
    /// </summary>
    public static IServiceCollection AddAnalyticsHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MetricsRegistry>();
        services.AddSingleton(provider => new BodyMemory(provider.GetRequiredService<HttpOptions>().BodiesBytesMax));
        services.AddSingleton<BodyIntake>();
        services.AddSingleton<RecordCutter>();
        services.AddSingleton<CollectorInstruments>();
        services.AddSingleton<CollectScratchPolicy>();
        services.AddSingleton<ObjectPool<CollectScratch>>(
            provider => new DefaultObjectPool<CollectScratch>(provider.GetRequiredService<CollectScratchPolicy>()));
        services.AddSingleton<Collector>();
        services.AddSingleton<CatchUp>();
        services.AddSingleton<ProjectRoutes>();
        services.AddSingleton<ReadInstruments>();
        services.AddSingleton<MetricRoutes>();
        services.AddSingleton<SchemaRoute>();
        services.AddSingleton<RetentionRoute>();
        services.AddSingleton<EventsRoute>();
        services.AddSingleton<SeriesRoute>();
        services.AddSingleton<ViewsRoute>();
        services.AddSingleton<ViewWatchRoute>();
        services.AddSingleton<LiveWatches>();
        services.AddSingleton<WatchStream>();
        services.AddSingleton<AlertsRoute>();
        services.TryAddSingleton<AlertStore>();
        services.AddSingleton<AllAlertsRoute>();
        services.AddSingleton<FrameStream>();
        services.AddSingleton<WatchRoute>();
        services.AddSingleton<TableSizes>();
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<OverviewWatch>();
        services.AddSingleton<OverviewRoutes>();
        services.AddSingleton(_ => new DashboardFiles(DashboardFiles.Folder));
        services.AddSingleton<DashboardRoutes>();
        services.AddSingleton<DeadLettersRoute>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<ReplayAppender>();
        services.AddSingleton<ReplayInstruments>();
        services.AddSingleton<DeadLetterReplay>();
        services.AddSingleton<ReplayRoute>();
        services.AddSingleton<QueryFlusher>();
        services.AddSingleton<QueryRoute>();
        services.AddSingleton<LiveComparison>();
        services.AddSingleton<AuditRoute>();
        services.AddSingleton<IReadinessCheck, StartedCheck>();
        services.AddSingleton<IReadinessCheck, LogCheck>();
        services.AddSingleton<IReadinessCheck, ClickHouseCheck>();
        services.AddSingleton<HealthRoutes>();
        services.AddAnalyticsOpenApi();
        return services;
    }
}
