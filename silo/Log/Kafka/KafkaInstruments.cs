using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Counters and gauges of the log in Kafka; <c>partition</c> is the number in our log.</summary>
internal sealed class KafkaInstruments : LogInstruments
{
    private readonly Counter<long> _passed;
    private readonly Counter<long> _renewed;

    /// <summary>Makes the counters.</summary>
    public KafkaInstruments()
    {
        _passed = Meter.CreateCounter<long>("analytics.log.passed.offsets", "{record}", "Offsets that were gone before they were read, and were passed over.");
        _renewed = Meter.CreateCounter<long>("analytics.log.renewed.topics", "{topic}", "Topics that were made anew or cut back, and are read as new ones; by the partition that showed it.");
    }

    /// <summary>A record is durable.</summary>
    public void Appended(KafkaPartition partition, long bytes) => Appended(1, bytes, Tag(partition.Number));

    /// <summary>A record is not.</summary>
    public void Failed(KafkaPartition partition) => Failed(Tag(partition.Number));

    /// <summary>Offsets were gone.</summary>
    public void Passed(KafkaPartition partition, long offsets) => _passed.Add(offsets, Tag(partition.Number));

    /// <summary>A topic is read as a new one.</summary>
    public void Renewed(KafkaPartition partition) => _renewed.Add(1, Tag(partition.Number));

    /// <summary>Starts the gauges; the functions are called whenever somebody looks, from any thread, and must be cheap.</summary>
    public void Observe(
        Func<IEnumerable<KeyValuePair<KafkaPartition, long>>> ends, Func<IEnumerable<KeyValuePair<KafkaPartition, long>>> committed, Func<IEnumerable<int>> damaged)
    {
        Meter.CreateObservableGauge("analytics.log.end_offset", () => Measure(ends()), "{record}", "The offset the next record will have, some seconds ago.");
        Meter.CreateObservableGauge("analytics.log.committed_offset", () => Measure(committed()), "{record}", "Everything before it was committed, by this process.");
        Meter.CreateObservableGauge(
            "analytics.log.damaged", () => damaged().Select(number => new Measurement<long>(1, new TagList { Tag(number) })),
            "{partition}", "1 while reading stands still because records are gone or cannot be read.");
    }

    private static IEnumerable<Measurement<long>> Measure(IEnumerable<KeyValuePair<KafkaPartition, long>> offsets) =>
        offsets.Select(pair => new Measurement<long>(pair.Value, new TagList { Tag(pair.Key.Number) }));
}
