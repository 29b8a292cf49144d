using Analytics.GrainInterfaces;
using Analytics.Silo.Http.Read;
using Orleans;

namespace Analytics.Silo.Hosting;

/// <summary>The actors that HTTP asks, as Orleans grains.</summary>
internal sealed class GrainActors(IGrainFactory grains) : IActors
{
    /// <inheritdoc />
    public ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    /// <inheritdoc />
    public IProjectGrain Project(string project) => grains.GetGrain<IProjectGrain>(project);

    /// <inheritdoc />
    public IMetricGrain Metric(string project, string metric) => grains.GetGrain<IMetricGrain>(MetricKey.Of(project, metric));
}
