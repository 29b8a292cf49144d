using System.Net;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Configuration;
using Analytics.Silo.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace Analytics.Silo.Cluster;

/// <summary>How the silo joins its cluster: alone on this machine, or with others through a table of PostgreSQL.</summary>
internal static class ClusterHosting
{
    /// <summary>Whether silos can be several.</summary>
    public static bool IsAvailable => true;

    // A silo hears of others by their own messages; the table is read in case one was lost.
    private static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(10);

    // A silo that was killed while it started, or whose machine has gone with all the others', is known to be gone by this.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>Clusters the silo.</summary>
    public static void UseCluster(this ISiloBuilder silo, AnalyticsOptions options)
    {
        var orleans = options.Orleans;
        if (orleans.Clustering == OrleansOptions.AdoNet)
        {
            UsePostgres(silo, orleans, options.Postgres.ConnectionString!);
        }
        else
        {
            silo.UseLocalhostClustering(
                orleans.SiloPort, orleans.GatewayPort, new IPEndPoint(IPAddress.Loopback, orleans.SiloPort), orleans.ServiceId, orleans.ClusterId);
        }

        silo.ConfigureSilo(orleans, options.Metrics.IdleMinutes);
        if (options.Http.AdminToken is not null)
        {
            silo.AddDashboard();
        }
    }

    /// <summary>Adds what fences this silo off when the others have declared it dead; before the silo is built.</summary>
    /// <returns>ClickHouse, as the silo may use it.</returns>
    public static IClickHouse AddFence(this IServiceCollection services, AnalyticsOptions options, IClickHouse clickHouse)
    {
        if (options.Orleans.Clustering != OrleansOptions.AdoNet)
        {
            return clickHouse;
        }

        // Others declare it dead when the last of the probes has been missed; the first one may just have been answered.
        var lease = new MembershipLease(TimeSpan.FromSeconds(Math.Max(1, options.Orleans.ProbeSeconds * (options.Orleans.MissedProbesMax - 1))), TimeProvider.System);
        services.AddSingleton(lease);
        services.AddHostedService<LeaseKeeper>();
        return new FencedClickHouse(clickHouse, lease);
    }

    /// <summary>Adds the dashboard of Orleans, for those who have the administrators' token; nothing without one.</summary>
    public static void MapDashboard(this WebApplication app, string? adminToken)
    {
        if (adminToken is not null)
        {
            app.MapOrleansDashboard("/orleans").AddEndpointFilter(new AdminAccess(adminToken)).ExcludeFromDescription();
        }
    }

    /// <summary>Makes what silos need to find each other; before the silo is built.</summary>
    /// <exception cref="ClusterLockException">PostgreSQL cannot be reached.</exception>
    public static Task PrepareAsync(AnalyticsOptions options, IClusterLock clusterLock, CancellationToken cancellationToken) =>
        options.Orleans.Clustering == OrleansOptions.AdoNet
            ? MembershipTables.EnsureAsync(options.Postgres.ConnectionString!, clusterLock, cancellationToken)
            : Task.CompletedTask;

    private static void UsePostgres(ISiloBuilder silo, OrleansOptions orleans, string connectionString)
    {
        silo.UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = "Npgsql";
            clustering.ConnectionString = connectionString;
        });
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (orleans.ClusterId, orleans.ServiceId));
        silo.Configure<EndpointOptions>(endpoints => Configure(endpoints, orleans));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            var probe = TimeSpan.FromSeconds(orleans.ProbeSeconds);

            // Not stretched for a silo that has answered slowly: how soon a dead one is known is what is promised.
            (membership.ProbeTimeout, membership.MinProbeTimeout, membership.MaxProbeTimeout) = (probe, probe, probe);
            membership.NumMissedProbesLimit = orleans.MissedProbesMax;
            membership.TableRefreshTimeout = TableRefresh;
            membership.IAmAliveTablePublishTimeout = HeartbeatInterval;
        });
    }

    private static void Configure(EndpointOptions endpoints, OrleansOptions orleans)
    {
        if (orleans.AdvertisedAddress is { } address)
        {
            endpoints.AdvertisedIPAddress = IPAddress.Parse(address);
        }

        (endpoints.SiloPort, endpoints.GatewayPort) = (orleans.SiloPort, orleans.GatewayPort);
        var listening = endpoints.AdvertisedIPAddress is { } advertised && IPAddress.IsLoopback(advertised) ? advertised : IPAddress.Any;
        endpoints.SiloListeningEndpoint = new IPEndPoint(listening, orleans.SiloPort);
        endpoints.GatewayListeningEndpoint = new IPEndPoint(listening, orleans.GatewayPort);
    }
}
