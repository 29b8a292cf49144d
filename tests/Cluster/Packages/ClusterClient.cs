using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Analytics.Tests.Cluster.Packages;

/// <summary>An Orleans client in this process, which is none of the cluster's.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    private IClusterClient Client => (IClusterClient)_host.Services.GetService(typeof(IClusterClient))!;

    /// <summary>Connects.</summary>
    /// <param name="database">Where the silos meet.</param>
    public static async Task<ClusterClient> ConnectAsync(string database)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = "Npgsql";
                clustering.ConnectionString = database;
            });
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterRun.ClusterId, "analytics"));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new ClusterClient(host);
    }

    /// <summary>A metric's live state.</summary>
    public Task<MetricSnapshot?> GetSnapshotAsync(string metric) => Metric(metric).GetSnapshotAsync();

    /// <summary>Watches a metric's live state until its total has grown twice.</summary>
    /// <returns>The totals that were seen.</returns>
    public async Task<List<long>> WatchAsync(string metric, CancellationToken cancellationToken)
    {
        var totals = new List<long>();
        await foreach (var snapshot in Metric(metric).WatchAsync(TimeSpan.FromMilliseconds(50), cancellationToken))
        {
            totals.Add(snapshot.Total);
            if (totals.Count == 3)
            {
                break;
            }
        }

        return totals;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private IMetricGrain Metric(string metric) => Client.GetGrain<IMetricGrain>(MetricKey.Of("shop", metric));
}
