using System.Diagnostics.Metrics;

namespace Analytics.Grains.Alerts;

/// <summary>What the alerts of all metrics of the silo do, meter <c>Analytics.Alerts</c>.</summary>
public sealed class AlertInstruments : IDisposable
{
    private static readonly KeyValuePair<string, object?> OutcomeDelivered = new("outcome", AlertDeliveries.Delivered);
    private static readonly KeyValuePair<string, object?> OutcomeFailed = new("outcome", AlertDeliveries.Failed);

    private readonly Meter _meter = new("Analytics.Alerts");
    private readonly Counter<long> _raised;
    private readonly Counter<long> _cleared;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _deliveries;
    private readonly UpDownCounter<long> _waiting;

    /// <summary>Makes the instruments.</summary>
    public AlertInstruments()
    {
        _raised = _meter.CreateCounter<long>("analytics.alerts.raised", "{alert}", "Alerts that were raised.");
        _cleared = _meter.CreateCounter<long>("analytics.alerts.cleared", "{alert}", "Alerts that were cleared.");
        _attempts = _meter.CreateCounter<long>("analytics.alerts.attempts.failed", "{attempt}", "Attempts to tell a webhook that failed.");
        _deliveries = _meter.CreateCounter<long>("analytics.alerts.deliveries", "{delivery}", "Changes that a webhook was told of, or was given up for, by outcome.");
        _waiting = _meter.CreateUpDownCounter<long>("analytics.alerts.waiting", "{delivery}", "Deliveries that wait or are under way.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    /// <summary>An alert has changed, durably.</summary>
    internal void Changed(bool isRaised) => (isRaised ? _raised : _cleared).Add(1);

    /// <summary>A delivery has begun.</summary>
    internal void Began() => _waiting.Add(1);

    /// <summary>A delivery has ended, whatever came of it.</summary>
    internal void Ended() => _waiting.Add(-1);

    /// <summary>An attempt has failed.</summary>
    internal void AttemptFailed() => _attempts.Add(1);

    /// <summary>A webhook has taken a delivery, or it was given up.</summary>
    internal void Told(bool isDelivered) => _deliveries.Add(1, isDelivered ? OutcomeDelivered : OutcomeFailed);
}
