using System.Diagnostics.Metrics;

namespace Analytics.Silo.Log;

/// <summary>What every log counts, meter <c>Analytics.Log</c>; all counters and gauges carry the tag <c>partition</c>.</summary>
internal abstract class LogInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Analytics.Log";

    private readonly Counter<long> _appendedRecords;
    private readonly Counter<long> _appendedBytes;
    private readonly Counter<long> _failures;

    /// <summary>Makes the counters.</summary>
    protected LogInstruments()
    {
        _appendedRecords = Meter.CreateCounter<long>("analytics.log.appended.records", "{record}", "Records made durable.");
        _appendedBytes = Meter.CreateCounter<long>(
            "analytics.log.appended.bytes", "By", "Bytes made durable: of segments, headers included, or of keys and values sent to Kafka.");
        _failures = Meter.CreateCounter<long>(
            "analytics.log.failures", "{failure}", "Failed writes and fsyncs, each of which stops its partition until repaired; records that Kafka did not take.");
    }

    /// <summary>Where a log's own counters and gauges belong.</summary>
    protected Meter Meter { get; } = new(MeterName);

    /// <summary>The tag of a partition, made once: it boxes the number.</summary>
    public static KeyValuePair<string, object?> Tag(int partition) => new("partition", partition);

    /// <summary>Records are durable.</summary>
    public void Appended(long records, long bytes, KeyValuePair<string, object?> partition)
    {
        _appendedRecords.Add(records, partition);
        _appendedBytes.Add(bytes, partition);
    }

    /// <summary>Something is not.</summary>
    public void Failed(KeyValuePair<string, object?> partition) => _failures.Add(1, partition);

    /// <inheritdoc />
    public void Dispose()
    {
        Meter.Dispose();
        GC.SuppressFinalize(this);
    }
}
