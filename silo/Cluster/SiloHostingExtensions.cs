using Analytics.Silo.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Analytics.Silo.Cluster;

/// <summary>What holds for a silo, however it is clustered.</summary>
internal static class SiloHostingExtensions
{
    /// <summary>Names the silo and sets how long idle actors stay.</summary>
    public static void ConfigureSilo(this ISiloBuilder silo, OrleansOptions options, int idleMinutes)
    {
        if (options.SiloName is { } name)
        {
            silo.Configure<SiloOptions>(named => named.SiloName = name);
        }

        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(idleMinutes);

            // It has to be shorter than the age, also at the shortest age allowed.
            collection.CollectionQuantum = TimeSpan.FromSeconds(30);
        });
    }
}
