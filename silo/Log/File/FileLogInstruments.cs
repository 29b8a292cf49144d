using System.Diagnostics;
using System.Diagnostics.Metrics;
using Analytics.Grains.Telemetry;

namespace Analytics.Silo.Log.File;

/// <summary>Counters and gauges of a log on files.</summary>
internal sealed class FileLogInstruments : LogInstruments
{
    private readonly Counter<long> _fsyncs;
    private readonly Histogram<double> _fsyncDuration;
    private readonly Counter<long> _refusedRecords;
    private readonly Counter<long> _removedSegments;

    public FileLogInstruments()
    {
        _fsyncs = Meter.CreateCounter<long>("analytics.log.fsyncs", "{fsync}", "Fsyncs of segments; every one carries all records that waited.");
        _fsyncDuration = Meter.CreateHistogram<double>("analytics.log.fsync.duration", Durations.Unit, "How long one fsync of a segment took.", tags: null, Durations.Work);
        _refusedRecords = Meter.CreateCounter<long>("analytics.log.refused.records", "{record}", "Records refused because the log is full.");
        _removedSegments = Meter.CreateCounter<long>("analytics.log.removed.segments", "{segment}", "Committed segments removed by retention.");
    }

    public void Synced(TimeSpan duration, KeyValuePair<string, object?> partition)
    {
        _fsyncs.Add(1, partition);
        _fsyncDuration.Record(duration.TotalSeconds, partition);
    }

    public void Refused(KeyValuePair<string, object?> partition) => _refusedRecords.Add(1, partition);

    public void Removed(KeyValuePair<string, object?> partition) => _removedSegments.Add(1, partition);

    /// <summary>Starts the gauges; <paramref name="read"/> is called whenever somebody looks, from any thread, and must be cheap.</summary>
    public void Observe(Func<IReadOnlyList<LogPartitionReading>> read)
    {
        Gauge("analytics.log.end_offset", "{record}", "The offset the next record will have.", read, static p => p.EndOffset);
        Gauge("analytics.log.committed_offset", "{record}", "Everything before it was committed.", read, static p => p.CommittedOffset);
        Gauge("analytics.log.segments", "{segment}", "Segment files.", read, static p => p.Segments);
        Gauge("analytics.log.bytes", "By", "Bytes of the segment files.", read, static p => p.Bytes);
        Gauge("analytics.log.queued.bytes", "By", "Bytes waiting to be written.", read, static p => p.QueuedBytes);
        Gauge("analytics.log.damaged", "{partition}", "1 while reading stands at records that cannot be read.", read, static p => p.IsDamaged ? 1 : 0);
    }

    private void Gauge(
        string name, string unit, string description, Func<IReadOnlyList<LogPartitionReading>> read, Func<LogPartitionReading, long> value)
    {
        Meter.CreateObservableGauge(name, () => Measure(read(), value), unit, description);
    }

    private static Measurement<long>[] Measure(IReadOnlyList<LogPartitionReading> readings, Func<LogPartitionReading, long> value)
    {
        var measurements = new Measurement<long>[readings.Count];
        for (var i = 0; i < measurements.Length; i++)
        {
            measurements[i] = new Measurement<long>(value(readings[i]), new TagList { Tag(readings[i].Partition) });
        }

        return measurements;
    }
}
