using Analytics.Grains.Alerts;

namespace Analytics.Grains.Metrics;

/// <content>Its alerts.</content>
internal sealed partial class MetricPipeline
{
    /// <summary>The metric's alerts.</summary>
    public MetricAlerts Alerts { get; private set; } = new(string.Empty, string.Empty);

    /// <summary>The numbers that alerts can be on, as of now.</summary>
    public AlertNumbers AlertNumbers => new(_live, _plan, Views, _services.Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Reads what the metric's alerts were; asks nothing where there are none.</summary>
    /// <returns>What their table says; the older first.</returns>
    /// <exception cref="ClickHouse.ClickHouseException">It cannot be read now.</exception>
    public async Task<IReadOnlyList<AlertRecord>> LoadAlertsAsync(CancellationToken cancellationToken)
    {
        Alerts = new MetricAlerts(Project, Metric);
        return Settings.Alerts.Length == 0 || _services.Alerts is not { } alerts ? [] : await alerts.Store.ReadMetricAsync(Project, Metric, cancellationToken);
    }
}
