using System.Diagnostics;
using System.Diagnostics.Metrics;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Telemetry;

namespace Analytics.Grains.Metrics;

/// <summary>What all metric actors of the silo do, meter <c>Analytics.Metrics</c>. No tags that name a metric, unless they are asked for: there may be thousands.</summary>
public sealed class MetricInstruments : IDisposable
{
    // Made once: they box.
    private static readonly KeyValuePair<string, object?> ClassRetry = new("class", "retry");
    private static readonly KeyValuePair<string, object?> ClassRefreshSchema = new("class", "refresh_schema");
    private static readonly KeyValuePair<string, object?> ClassRefuseRows = new("class", "refuse_rows");
    private static readonly KeyValuePair<string, object?> TriggerRows = new("trigger", "rows");
    private static readonly KeyValuePair<string, object?> TriggerBytes = new("trigger", "bytes");
    private static readonly KeyValuePair<string, object?> TriggerAge = new("trigger", "age");
    private static readonly KeyValuePair<string, object?> TriggerAsked = new("trigger", "asked");
    private static readonly KeyValuePair<string, object?> TriggerShutdown = new("trigger", "shutdown");

    private readonly MetricLabels _labels;
    private readonly Meter _meter = new("Analytics.Metrics");
    private readonly Counter<long> _taken;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _replayed;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _written;
    private readonly Counter<long> _blocks;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _flushes;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _drift;
    private readonly Counter<long> _unsaved;
    private readonly Histogram<double> _writeDuration;
    private readonly Histogram<double> _freshness;
    private readonly UpDownCounter<long> _buffered;

    /// <summary>Makes the instruments.</summary>
    /// <param name="labels">Names that the counters of rows taken, repeated and written carry.</param>
    public MetricInstruments(MetricLabels labels = MetricLabels.None)
    {
        _labels = labels;
        _taken = _meter.CreateCounter<long>("analytics.metrics.rows.taken", "{row}", "Rows taken into live state.");
        _duplicates = _meter.CreateCounter<long>("analytics.metrics.rows.duplicate", "{row}", "Rows dropped because an earlier one had the same id.");
        _replayed = _meter.CreateCounter<long>("analytics.metrics.rows.replayed", "{row}", "Rows dropped because they had been taken before, by position.");
        _gaps = _meter.CreateCounter<long>("analytics.metrics.gaps", "{gap}", "Batches refused because something before them was missing.");
        _written = _meter.CreateCounter<long>("analytics.metrics.rows.written", "{row}", "Rows made durable in their tables.");
        _blocks = _meter.CreateCounter<long>("analytics.metrics.blocks.written", "{block}", "Inserts that made rows durable.");
        _failures = _meter.CreateCounter<long>("analytics.metrics.insert.failures", "{attempt}", "Attempts to write a block that failed, by what is done about it; each is repeated.");
        _refused = _meter.CreateCounter<long>("analytics.metrics.rows.refused", "{row}", "Rows that their tables refused; they are dead letters.");
        _flushes = _meter.CreateCounter<long>("analytics.metrics.blocks.cut", "{block}", "Blocks cut from buffers, by what made them due.");
        _restarts = _meter.CreateCounter<long>("analytics.metrics.restarts", "{restart}", "Actors that started anew from their table after a defect.");
        _drift = _meter.CreateCounter<long>("analytics.metrics.drift", "{row}", "Rows by which tables and live states were found to differ; each time the live state is made anew.");
        _unsaved = _meter.CreateCounter<long>("analytics.metrics.snapshots.too_large", "{snapshot}", "Live states not saved because they are larger than Metrics:SnapshotBytesMax.");
        _writeDuration = _meter.CreateHistogram<double>(
            "analytics.metrics.write.duration", Durations.Unit, "From a block leaving the buffer until it is durable.", tags: null, Durations.Work);
        _freshness = _meter.CreateHistogram<double>(
            "analytics.metrics.freshness", Durations.Unit, "From the arrival of a batch's newest event until it is in the live state; one value a batch.", tags: null, Durations.Age);
        _buffered = _meter.CreateUpDownCounter<long>("analytics.metrics.rows.buffered", "{row}", "Rows in live state and not yet durable.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    /// <summary>A batch was taken.</summary>
    internal void Taken(EventBatch batch, int kept, long duplicates, long freshnessMs)
    {
        var tags = TagsOf(batch);
        _taken.Add(kept, tags);
        _buffered.Add(kept);
        AddIfAny(_duplicates, duplicates, tags);
        AddIfAny(_replayed, batch.Count - kept - duplicates);
        _freshness.Record(freshnessMs / 1_000.0);
    }

    /// <summary>A block is durable.</summary>
    internal void Written(EventBatch first, int rows, TimeSpan duration)
    {
        _written.Add(rows, TagsOf(first));
        _buffered.Add(-rows);
        _blocks.Add(1);
        _writeDuration.Record(duration.TotalSeconds);
    }

    /// <summary>A batch was refused.</summary>
    internal void Gap() => _gaps.Add(1);

    /// <summary>An attempt to write a block failed.</summary>
    internal void Failed(InsertErrorClass errorClass) => _failures.Add(1, errorClass switch
    {
        InsertErrorClass.RefreshSchema => ClassRefreshSchema,
        InsertErrorClass.RefuseRows => ClassRefuseRows,
        _ => ClassRetry,
    });

    /// <summary>Rows of a block were refused: they are in the log as dead letters.</summary>
    internal void Refused(int rows)
    {
        AddIfAny(_refused, rows);
        _buffered.Add(-rows);
    }

    /// <summary>A block was cut.</summary>
    internal void Flushed(FlushTrigger trigger) => _flushes.Add(1, trigger switch
    {
        FlushTrigger.Rows => TriggerRows,
        FlushTrigger.Bytes => TriggerBytes,
        FlushTrigger.Asked => TriggerAsked,
        FlushTrigger.Shutdown => TriggerShutdown,
        _ => TriggerAge,
    });

    /// <summary>Shows how many bytes of saved state wait to be written.</summary>
    internal void Observe(Func<long> waitingStateBytes) =>
        _meter.CreateObservableGauge("analytics.metrics.state.waiting", waitingStateBytes, "By", "Bytes of saved state that wait to be written.");

    /// <summary>A table was compared with its live state.</summary>
    internal void Drifted(long rows) => _drift.Add(Math.Abs(rows));

    /// <summary>A live state was too large to be saved.</summary>
    internal void SnapshotTooLarge() => _unsaved.Add(1);

    /// <summary>An actor starts anew from its table.</summary>
    internal void Restarted() => _restarts.Add(1);

    /// <summary>An actor gave up its memory; so many rows were in it and not durable.</summary>
    internal void Left(long rows) => _buffered.Add(-rows);

    private TagList TagsOf(EventBatch batch)
    {
        var tags = default(TagList);
        if (_labels != MetricLabels.None)
        {
            tags.Add("project", batch.Project);
        }

        if (_labels == MetricLabels.Metric)
        {
            tags.Add("metric", batch.Metric);
        }

        return tags;
    }

    private static void AddIfAny(Counter<long> counter, long count, in TagList tags = default)
    {
        if (count > 0)
        {
            counter.Add(count, tags);
        }
    }
}
