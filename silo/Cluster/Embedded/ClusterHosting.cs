using System.Net;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Configuration;
using Orleans.Hosting;

namespace Analytics.Silo.Cluster;

/// <summary>How the silo joins its cluster where the Orleans packages are missing: not at all. In the place of the one that is built with them.</summary>
internal static class ClusterHosting
{
    /// <summary>Whether silos can be several.</summary>
    public static bool IsAvailable => false;

    /// <summary>Names the silo.</summary>
    public static void UseCluster(this ISiloBuilder silo, AnalyticsOptions options)
    {
        var orleans = options.Orleans;
        silo.UseLocalhostClustering(
            orleans.SiloPort, orleans.GatewayPort, new IPEndPoint(IPAddress.Loopback, orleans.SiloPort), orleans.ServiceId, orleans.ClusterId);
        silo.ConfigureSilo(orleans, options.Metrics.IdleMinutes);
    }

    /// <summary>Nobody can declare it dead.</summary>
    public static IClickHouse AddFence(this IServiceCollection services, AnalyticsOptions options, IClickHouse clickHouse) => clickHouse;

    /// <summary>There is no dashboard of Orleans here.</summary>
    public static void MapDashboard(this WebApplication app, string? adminToken)
    {
    }

    /// <summary>Nothing is to be made.</summary>
    public static Task PrepareAsync(AnalyticsOptions options, IClusterLock clusterLock, CancellationToken cancellationToken) => Task.CompletedTask;
}
