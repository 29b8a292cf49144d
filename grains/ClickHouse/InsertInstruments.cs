using System.Diagnostics;
using System.Diagnostics.Metrics;
using Analytics.Grains.Telemetry;

namespace Analytics.Grains.ClickHouse;

/// <summary>What the server's insert budget is spent on, meter <c>Analytics.Inserts</c>.</summary>
public sealed class InsertInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Analytics.Inserts";

    private static readonly InsertUrgency[] Urgencies = Enum.GetValues<InsertUrgency>();

    private readonly Meter _meter = new(MeterName);

    /// <summary>Publishes a scheduler's state; it is asked whenever somebody looks.</summary>
    public void Observe(InsertScheduler scheduler)
    {
        _meter.CreateObservableGauge(
            "analytics.inserts.waiting", () => Urgencies.Select(urgency => WaitingOf(scheduler, urgency)), "{turn}", "Inserts that wait for their turn, by urgency.");
        _meter.CreateObservableGauge(
            "analytics.inserts.wait.longest", () => scheduler.LongestWait.TotalSeconds, Durations.Unit, "How long the longest waiting insert has waited by now.");
        _meter.CreateObservableGauge("analytics.inserts.in_flight", () => scheduler.InFlightCount, "{insert}", "Turns taken and not given back.");
        _meter.CreateObservableGauge("analytics.inserts.tables", () => scheduler.Tables.Count, "{table}", "Tables that are inserted into now.");
        _meter.CreateObservableCounter("analytics.inserts.done", () => scheduler.InsertsTotal, "{insert}", "Inserts that succeeded.");
        _meter.CreateObservableCounter("analytics.inserts.failures", () => scheduler.FailuresTotal, "{insert}", "Inserts that failed.");
        _meter.CreateObservableCounter("analytics.inserts.rows", () => scheduler.RowsTotal, "{row}", "Rows of the inserts that succeeded.");
        _meter.CreateObservableCounter("analytics.inserts.bytes", () => scheduler.BytesTotal, "By", "Encoded bytes of the inserts that succeeded.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private static Measurement<int> WaitingOf(InsertScheduler scheduler, InsertUrgency urgency) =>
        new(scheduler.WaitingCountOf(urgency), new TagList { { "urgency", Name(urgency) } });

    private static string Name(InsertUrgency urgency) => urgency switch
    {
        InsertUrgency.Full => "full",
        InsertUrgency.Asked => "asked",
        _ => "aged",
    };
}
