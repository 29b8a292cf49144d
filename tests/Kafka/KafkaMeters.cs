using System.Diagnostics.Metrics;
using System.Globalization;
using Analytics.Silo.Log;

namespace Analytics.Tests.Kafka;

/// <summary>What the logs of this process measure of one partition: sums of counters, last values of gauges.</summary>
internal sealed class KafkaMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];
    private readonly string _partition;

    /// <summary>Listens to one partition; its number should be no other test's.</summary>
    public KafkaMeters(int partition)
    {
        _partition = partition.ToString(CultureInfo.InvariantCulture);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LogInstruments.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Remember);
        _listener.Start();
    }

    /// <summary>The value; 0 when nothing was measured.</summary>
    public long Read(string name)
    {
        lock (_values)
        {
            _values["analytics.log.damaged"] = 0;
        }

        _listener.RecordObservableInstruments();
        lock (_values)
        {
            return _values.GetValueOrDefault(name);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Remember(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "partition" && Convert.ToString(tag.Value, CultureInfo.InvariantCulture) == _partition)
            {
                lock (_values)
                {
                    _values[instrument.Name] = instrument.IsObservable ? value : _values.GetValueOrDefault(instrument.Name) + value;
                }
            }
        }
    }
}
