using Analytics.GrainInterfaces;
using Orleans;

namespace Analytics.Silo.Http.Read;

/// <summary>The actors as Orleans grains. The only file of HTTP that knows of Orleans.</summary>
internal sealed class GrainActors(IGrainFactory grains) : IActors
{
    /// <inheritdoc />
    public ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    /// <inheritdoc />
    public IProjectGrain Project(string project) => grains.GetGrain<IProjectGrain>(project);

    /// <inheritdoc />
    public IMetricGrain Metric(string project, string metric) => grains.GetGrain<IMetricGrain>(MetricKey.Of(project, metric));
}
