using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Metrics;

/// <content>Its rows by event time.</content>
internal sealed partial class MetricPipeline
{
    // The oldest event times of what is not in the table: at most those of its rows.
    private long _oldestBufferedMs = long.MaxValue;
    private long _oldestInFlightMs = long.MaxValue;

    /// <summary>Rows by event time; <see langword="null"/> when live state does not have all of them. See <see cref="IMetricGrain.GetCountsAsync"/>.</summary>
    public long[]? CountsOf(int slotMs, long fromMs, long toMs) => _live.Windows.CountsOf(slotMs, fromMs, toMs);

    /// <summary>The newest rows by event time; <see langword="null"/> when live state does not have them, or the table not all others. See <see cref="IMetricGrain.GetTailCountsAsync"/>.</summary>
    public TailCounts? TailOf(int slotMs, long fromMs, long toMs) =>
        DurableRows > 0 && _live.Windows.FirstMsOf(slotMs) is { } firstMs && firstMs > fromMs && firstMs < toMs && Math.Min(_oldestBufferedMs, _oldestInFlightMs) >= firstMs
            && CountsOf(slotMs, firstMs, toMs) is { } counts
            ? new TailCounts(firstMs, counts)
            : null;

    private void NoteBuffered(BatchRows rows)
    {
        if (rows.Count > 0)
        {
            _oldestBufferedMs = Math.Min(_oldestBufferedMs, rows.Batch.Times.Min());
        }
    }

    private void NoteInFlight()
    {
        _oldestInFlightMs = _oldestBufferedMs;
        _oldestBufferedMs = _buffer.RowCount == 0 ? long.MaxValue : _oldestBufferedMs;
    }
}
