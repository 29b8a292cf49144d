using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Analytics.Silo.Http.Telemetry;

/// <summary>Listens to every instrument of meters named <c>Analytics.*</c>, and of .NET's own (garbage collection, threads, processor time), from its construction on, and writes their values as Prometheus text.</summary>
internal sealed class MetricsRegistry : IDisposable
{
    /// <summary>Meters with this prefix are exported.</summary>
    public const string MeterPrefix = "Analytics.";

    /// <summary>The meter of .NET itself.</summary>
    public const string RuntimeMeter = "System.Runtime";

    private readonly ConcurrentDictionary<Instrument, InstrumentSeries> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    /// <summary>Starts to listen.</summary>
    public MetricsRegistry()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal) || instrument.Meter.Name == RuntimeMeter)
            {
                var series = _instruments.GetOrAdd(instrument, static instrument => new InstrumentSeries(instrument));
                listener.EnableMeasurementEvents(instrument, series);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out InstrumentSeries? _);
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take((double)value, tags));
        _listener.Start();
    }

    /// <summary>The exposition of all series now: observed instruments are asked, then everything is written by name.</summary>
    public string Write()
    {
        lock (_scrape)
        {
            foreach (var series in _instruments.Values)
            {
                series.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (var family in _instruments.Values.GroupBy(PrometheusText.NameOf).OrderBy(family => family.Key, StringComparer.Ordinal))
            {
                text.AddFamily(family.Key, [.. family]);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();
}
