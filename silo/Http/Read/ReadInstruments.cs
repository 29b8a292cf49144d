using System.Diagnostics.Metrics;
using Analytics.Grains.Telemetry;

namespace Analytics.Silo.Http.Read;

/// <summary>How reads of live state fare, meter <c>Analytics.Reads</c>.</summary>
internal sealed class ReadInstruments : IDisposable
{
    private readonly Meter _meter = new("Analytics.Reads");
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public ReadInstruments() => _duration = _meter.CreateHistogram<double>(
        "analytics.reads.duration", Durations.Unit, "How long a metric's actor took to answer a read of its live numbers, the call included, HTTP not.", tags: null, Durations.Work);

    /// <summary>An actor has answered.</summary>
    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
