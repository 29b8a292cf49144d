using Analytics.Silo.Configuration;
using Analytics.Silo.Hosting;

namespace Analytics.Silo.Cluster;

/// <summary>The lock that the settings ask for.</summary>
internal static class ClusterLocks
{
    /// <summary>Makes it; nothing is connected to yet.</summary>
    public static IClusterLock Of(AnalyticsOptions options) => options.Orleans.Clustering == OrleansOptions.AdoNet
        ? new PostgresLock(options.Postgres.ConnectionString!, options.Orleans.ServiceId)
        : new LocalLock();
}
