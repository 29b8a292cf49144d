using Analytics.GrainInterfaces;
using Orleans;

namespace Analytics.Grains.Projects;

/// <summary>Knows all projects; the list is in memory, the table behind it is read once.</summary>
internal sealed class CatalogGrain(CatalogStore store) : Grain, ICatalogGrain
{
    private readonly SortedSet<string> _projects = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken) => _projects.UnionWith(await store.ReadProjectsAsync());

    /// <inheritdoc />
    public async Task RegisterProjectAsync(string project)
    {
        if (!_projects.Contains(project))
        {
            await store.AddProjectAsync(project);
            _projects.Add(project);
        }
    }

    /// <inheritdoc />
    public Task<string[]> ListProjectsAsync() => Task.FromResult(_projects.ToArray());
}
