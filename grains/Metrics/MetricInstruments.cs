using System.Diagnostics.Metrics;
using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <summary>What all metric actors of the silo do, meter <c>Analytics.Metrics</c>. No tags that name a metric: there may be thousands.</summary>
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
    private readonly UpDownCounter<long> _buffered;

    /// <summary>Makes the instruments.</summary>
    public MetricInstruments()
    {
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
        _writeDuration = _meter.CreateHistogram<double>("analytics.metrics.write.duration", "ms", "Milliseconds from a block leaving the buffer until it is durable.");
        _buffered = _meter.CreateUpDownCounter<long>("analytics.metrics.rows.buffered", "{row}", "Rows in live state and not yet durable.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    /// <summary>A batch was taken.</summary>
    internal void Taken(int kept, long duplicates, long replayed)
    {
        _taken.Add(kept);
        _buffered.Add(kept);
        AddIfAny(_duplicates, duplicates);
        AddIfAny(_replayed, replayed);
    }

    /// <summary>A block is durable.</summary>
    internal void Written(int rows, TimeSpan duration)
    {
        _written.Add(rows);
        _buffered.Add(-rows);
        _blocks.Add(1);
        _writeDuration.Record(duration.TotalMilliseconds);
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

    private static void AddIfAny(Counter<long> counter, long count)
    {
        if (count > 0)
        {
            counter.Add(count);
        }
    }
}
