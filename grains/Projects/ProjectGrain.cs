using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;
using Orleans;

namespace Analytics.Grains.Projects;

/// <summary>Knows a project's metrics, and what counts for all of them; the list is in memory, the tables behind it are read once.</summary>
internal sealed class ProjectGrain(CatalogStore store, MetricServices services) : Grain, IProjectGrain
{
    // Each may have to start, and change its table.
    private const int ToldAtOnceMax = 8;

    private readonly SortedSet<string> _metrics = new(StringComparer.Ordinal);
    private ProjectState? _state;

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

    /// <inheritdoc />
    public Task<RetentionPolicy?> GetRetentionAsync()
    {
        _state ??= new ProjectState(services.States, Project);
        return _state.ReadAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public async Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy)
    {
        if (policy is not null && SettingsCheck.WhyNot(policy) is { } wrong)
        {
            return wrong;
        }

        try
        {
            if (policy is not null && await TableRetention.WhyNotVolumeAsync(services.ClickHouse, policy, CancellationToken.None) is { } refusal)
            {
                return refusal;
            }

            // Read first: what is saved must be newer than what there is.
            await GetRetentionAsync();
            await _state!.SaveAsync(policy, CancellationToken.None);
        }
        catch (ClickHouseException e)
        {
            return new SettingsRefusal(SettingsRefusal.NotNow, $"The policy of {Project} could not be saved: {e.Message}");
        }

        return await TellAsync(policy);
    }

    private async Task<SettingsRefusal?> TellAsync(RetentionPolicy? policy)
    {
        SettingsRefusal? first = null;
        foreach (var some in _metrics.Chunk(ToldAtOnceMax))
        {
            var answers = await Task.WhenAll(some.Select(metric => TellAsync(metric, policy)));
            first ??= answers.FirstOrDefault(answer => answer is not null);
        }

        return first;
    }

    // One that cannot be told now reads the policy when it starts next: the others are told all the same.
    private async Task<SettingsRefusal?> TellAsync(string metric, RetentionPolicy? policy)
    {
        try
        {
            return await GrainFactory.GetGrain<IMetricGrain>(MetricKey.Of(Project, metric)).FollowProjectAsync(policy);
        }
        catch (Exception e)
        {
            return new SettingsRefusal(SettingsRefusal.NotNow, $"The policy of {Project} is saved, and '{metric}' could not be told of it: {e.Message}");
        }
    }
}
