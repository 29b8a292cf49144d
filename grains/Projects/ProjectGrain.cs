using Analytics.GrainInterfaces;
using Orleans;

namespace Analytics.Grains.Projects;

/// <summary>Knows a project's metrics; the list is in memory, the table behind it is read once.</summary>
internal sealed class ProjectGrain(CatalogStore store) : Grain, IProjectGrain
{
    private readonly SortedSet<string> _metrics = new(StringComparer.Ordinal);

    private string Project => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken) => _metrics.UnionWith(await store.ReadMetricsAsync(Project));

    /// <inheritdoc />
    public async Task RegisterMetricAsync(string metric)
    {
        if (_metrics.Contains(metric))
        {
            return;
        }

        if (_metrics.Count == 0)
        {
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).RegisterProjectAsync(Project);
        }

        await store.AddMetricAsync(Project, metric);
        _metrics.Add(metric);
    }

    /// <inheritdoc />
    public Task<string[]> ListMetricsAsync() => Task.FromResult(_metrics.ToArray());
}
