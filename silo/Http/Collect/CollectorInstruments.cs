using System.Diagnostics.Metrics;
using Analytics.Grains.Telemetry;

namespace Analytics.Silo.Http.Collect;

/// <summary>Counters of the collector, meter <c>Analytics.Collector</c>.</summary>
internal sealed class CollectorInstruments : IDisposable
{
    private readonly Meter _meter = new("Analytics.Collector");
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _records;
    private readonly Counter<long> _refusals;
    private readonly Histogram<double> _appendDuration;

    /// <summary>Makes the instruments; the gauge reads <paramref name="memory"/> when it is asked.</summary>
    public CollectorInstruments(BodyMemory memory)
    {
        _accepted = _meter.CreateCounter<long>("analytics.collector.events.accepted", "{event}", "Events answered with 202 and in the log.");
        _rejected = _meter.CreateCounter<long>("analytics.collector.events.rejected", "{event}", "Inputs that became dead letters, by code.");
        _bytes = _meter.CreateCounter<long>("analytics.collector.bytes", "By", "Bytes of bodies taken, decompressed.");
        _records = _meter.CreateCounter<long>("analytics.collector.records", "{record}", "Log records appended.");
        _refusals = _meter.CreateCounter<long>("analytics.collector.refusals", "{request}", "Requests of which nothing was taken, by code.");
        _appendDuration = _meter.CreateHistogram<double>(
            "analytics.collector.append.duration", Durations.Unit, "How long it took until all records of a request were durable.", tags: null, Durations.Work);
        _meter.CreateObservableGauge("analytics.collector.bodies.bytes", () => memory.Bytes, "By", "Bytes of bodies in memory now.");
    }

    /// <summary>A request's events are durable.</summary>
    public void Taken(int accepted, int bodyBytes, int records, TimeSpan appendDuration)
    {
        _accepted.Add(accepted);
        _bytes.Add(bodyBytes);
        _records.Add(records);
        _appendDuration.Record(appendDuration.TotalSeconds);
    }

    /// <summary>Inputs of a request became dead letters.</summary>
    public void Rejected(int count, string code) => _rejected.Add(count, new KeyValuePair<string, object?>("code", code));

    /// <summary>Nothing of a request was taken.</summary>
    public void Refused(string code) => _refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
