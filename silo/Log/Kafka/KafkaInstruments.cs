using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Counters and gauges of the log in Kafka, meter <c>Analytics.Log</c> like those of a file log; all of them carry the tag <c>partition</c>, the number in our log.</summary>
internal sealed class KafkaInstruments : IDisposable
{
    private readonly Meter _meter = new(LogInstruments.MeterName);
    private readonly Counter<long> _appendedRecords;
    private readonly Counter<long> _appendedBytes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _renewed;

    /// <summary>Makes the counters.</summary>
    public KafkaInstruments()
    {
        _appendedRecords = _meter.CreateCounter<long>("analytics.log.appended.records", "{record}", "Records made durable.");
        _appendedBytes = _meter.CreateCounter<long>("analytics.log.appended.bytes", "By", "Bytes of keys and values made durable.");
        _failures = _meter.CreateCounter<long>("analytics.log.failures", "{failure}", "Records that were not made durable.");
        _passed = _meter.CreateCounter<long>("analytics.log.passed.offsets", "{record}", "Offsets that were gone before they were read, and were passed over.");
        _renewed = _meter.CreateCounter<long>("analytics.log.renewed.topics", "{topic}", "Topics that were made anew or cut back, and are read as new ones; by the partition that showed it.");
    }

    /// <summary>A record is durable.</summary>
    public void Appended(KafkaPartition partition, long bytes)
    {
        var tag = LogInstruments.Tag(partition.Number);
        _appendedRecords.Add(1, tag);
        _appendedBytes.Add(bytes, tag);
    }

    /// <summary>A record is not.</summary>
    public void Failed(KafkaPartition partition) => _failures.Add(1, LogInstruments.Tag(partition.Number));

    /// <summary>Offsets were gone.</summary>
    public void Passed(KafkaPartition partition, long offsets) => _passed.Add(offsets, LogInstruments.Tag(partition.Number));

    /// <summary>A topic is read as a new one.</summary>
    public void Renewed(KafkaPartition partition) => _renewed.Add(1, LogInstruments.Tag(partition.Number));

    /// <summary>Starts the gauges; the functions are called whenever somebody looks, from any thread, and must be cheap.</summary>
    public void Observe(
        Func<IEnumerable<KeyValuePair<KafkaPartition, long>>> ends, Func<IEnumerable<KeyValuePair<KafkaPartition, long>>> committed, Func<IEnumerable<int>> damaged)
    {
        _meter.CreateObservableGauge("analytics.log.end_offset", () => Measure(ends()), "{record}", "The offset the next record will have, some seconds ago.");
        _meter.CreateObservableGauge("analytics.log.committed_offset", () => Measure(committed()), "{record}", "Everything before it was committed, by this process.");
        _meter.CreateObservableGauge(
            "analytics.log.damaged", () => damaged().Select(number => new Measurement<long>(1, new TagList { LogInstruments.Tag(number) })),
            "{partition}", "1 while reading stands still because records are gone or cannot be read.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Measure(IEnumerable<KeyValuePair<KafkaPartition, long>> offsets) =>
        offsets.Select(pair => new Measurement<long>(pair.Value, new TagList { LogInstruments.Tag(pair.Key.Number) }));
}
