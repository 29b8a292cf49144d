using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Projects;

/// <summary>The system tables <c>analytics.projects</c> and <c>analytics.metrics</c>.</summary>
/// <param name="clickHouse">The engine.</param>
/// <param name="time">Stamps new entries.</param>
public sealed class CatalogStore(IClickHouse clickHouse, TimeProvider time)
{
    private readonly SystemRows _projects = new(clickHouse, "analytics.projects", time);
    private readonly SystemRows _metrics = new(clickHouse, "analytics.metrics", time);

    /// <summary>Names of all projects.</summary>
    public async Task<string[]> ReadProjectsAsync() =>
        [.. (await clickHouse.ReadRowsAsync("SELECT project FROM analytics.projects FINAL")).Select(row => row[0]!)];

    /// <summary>Names of a project's metrics.</summary>
    public async Task<string[]> ReadMetricsAsync(string project) =>
        [.. (await clickHouse.ReadRowsAsync($"SELECT metric FROM analytics.metrics FINAL WHERE project = {SqlText.Literal(project)}")).Select(row => row[0]!)];

    /// <summary>Adds a project; repeating it is harmless.</summary>
    public Task AddProjectAsync(string project) => _projects.AddAsync($"({SqlText.Literal(project)}, {Now})", CancellationToken.None);

    /// <summary>Adds a metric; repeating it is harmless.</summary>
    public Task AddMetricAsync(string project, string metric) =>
        _metrics.AddAsync($"({SqlText.Literal(project)}, {SqlText.Literal(metric)}, {Now})", CancellationToken.None);

    private string Now => $"fromUnixTimestamp64Milli({time.GetUtcNow().ToUnixTimeMilliseconds()}, 'UTC')";
}
