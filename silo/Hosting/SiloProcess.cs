using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.ClickHouseServer;
using Analytics.Silo.Cluster;
using Analytics.Silo.Configuration;
using Analytics.Silo.Hosting.Telemetry;
using Analytics.Silo.Http.Server;
using Analytics.Silo.Http.Telemetry;
using Orleans.Hosting;

namespace Analytics.Silo.Hosting;

/// <summary>The server process from start to stop.</summary>
internal static class SiloProcess
{
    // Kubernetes kills after 30 s by default; what is not flushed by then is read from the log again.
    internal static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(28);

    /// <summary>Runs until the process is asked to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = SettingsHost.CreateBuilder(args);
        ConsoleLogging.Configure(builder.Logging);
        var options = builder.Services.AddAnalyticsConfiguration(builder.Configuration);
        var isExporting = builder.AddOtlpExport(options.Telemetry);
        using var loggers = LoggerFactory.Create(logging =>
        {
            ConsoleLogging.Configure(logging);
            if (isExporting && options.Telemetry.Otlp.Logs == "On")
            {
                OtlpExport.AddLogs(logging, builder.Configuration);
            }
        });
        var clusterLock = ClusterLocks.Of(options);
        await ClusterHosting.PrepareAsync(options, clusterLock, CancellationToken.None);
        await using var parts = await SiloParts.OpenAsync(options, clusterLock, loggers, CancellationToken.None);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeMax);
        builder.Services.AddPipeline(options, parts);
        builder.Host.UseOrleans(silo => silo.AddActors(options));
        builder.Services.AddAnalyticsHttp();
        builder.Services.AddPipelineChecks();
        if (parts.ClickHouse is EmbeddedClickHouse engine)
        {
            builder.Services.AddClickHouseServer(options.ClickHouse, engine);
        }

        builder.WebHost.UseAnalyticsServer(options.Http);

        await using var app = builder.Build();
        app.MapAnalytics();
        app.Services.GetRequiredService<TableParts>();
        app.MapDashboard(options.Http.AdminToken);

        // What is buffered goes out at the engine's own pace now: the budget is there for whoever comes after, and nobody does.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<InsertScheduler>().Hurry);
        await app.RunAsync();
        return 0;
    }
}
