using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Analytics.Silo.Hosting;

/// <summary>How the silo joins its cluster: alone on this machine. The one place that differs where there are more machines.</summary>
internal static class ClusterHosting
{
    /// <summary>Clusters the silo and sets how long idle actors stay.</summary>
    public static void UseCluster(this ISiloBuilder silo, OrleansOptions options, int idleMinutes)
    {
        silo.UseLocalhostClustering(
            options.SiloPort, options.GatewayPort, new IPEndPoint(IPAddress.Loopback, options.SiloPort), options.ServiceId, options.ClusterId);
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(idleMinutes);

            // It has to be shorter than the age, also at the shortest age allowed.
            collection.CollectionQuantum = TimeSpan.FromSeconds(30);
        });
    }
}
