using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Windows;

/// <summary>
/// Rows by event time: per second of the last ten minutes, per minute of the last day, per hour of the last 30 days. A function of the rows and of now, not of their order.
/// What is older is in the table alone; what is of a time to come waits for it.
/// </summary>
internal sealed class EventWindows(EventClock clock)
{
    /// <summary>Seconds kept.</summary>
    public const int SecondCount = 600;

    /// <summary>Minutes kept.</summary>
    public const int MinuteCount = 24 * 60;

    /// <summary>Hours kept.</summary>
    public const int HourCount = 30 * 24;

    /// <summary>Different seconds to come that are remembered: a clock that is wrong has few.</summary>
    public const int ComingMax = 256;

    // Clocks differ, so what is of a moment from now is not worth waiting for.
    private const int SecondsAhead = 60;

    private readonly SortedDictionary<long, long> _coming = [];

    /// <summary>Rows by second.</summary>
    public CountRing Seconds { get; } = new(1000, SecondCount, SecondsAhead);

    /// <summary>Rows by minute.</summary>
    public CountRing Minutes { get; } = new(60_000, MinuteCount, 2);

    /// <summary>Rows by hour.</summary>
    public CountRing Hours { get; } = new(3_600_000, HourCount, 1);

    /// <summary>All of them.</summary>
    public IReadOnlyList<CountRing> Rings => [Seconds, Minutes, Hours];

    /// <summary>Rows received later than the period of grace after their time. They are counted like all others besides.</summary>
    public long Late { get; private set; }

    /// <summary>From this time on windows may lack rows, because there were too many different times to come: UTC milliseconds since 1970.</summary>
    public long IncompleteFromMs { get; private set; } = long.MaxValue;

    /// <summary>The clock they go by.</summary>
    public EventClock Clock => clock;

    /// <summary>Counts rows.</summary>
    /// <param name="times">Their event times, UTC milliseconds since 1970.</param>
    /// <param name="received">When each was received.</param>
    /// <param name="keep">Which of them count; empty for all.</param>
    public void Add(ReadOnlySpan<long> times, ReadOnlySpan<long> received, ReadOnlySpan<bool> keep)
    {
        var nowMs = clock.NowMs;
        var graceMs = clock.GraceMs;
        var (secondMs, count) = (long.MinValue, 0L);
        for (var row = 0; row < times.Length; row++)
        {
            if (!keep.IsEmpty && !keep[row])
            {
                continue;
            }

            // As the table has it: see FixedColumnEncoder.
            var timeMs = times[row];
            Late += Math.Clamp(received[row], ColumnFit.DateTimeMsMin, ColumnFit.DateTimeMsMax) - timeMs > graceMs ? 1 : 0;

            // Of one second mostly: times ascend.
            if (unchecked((ulong)(timeMs - secondMs)) >= 1000)
            {
                AddSecond(secondMs, count, nowMs);
                (secondMs, count) = (Seconds.SlotOf(timeMs) * 1000, 0);
            }

            count++;
        }

        AddSecond(secondMs, count, nowMs);
    }

    /// <summary>Counts rows that are late, of those that are added otherwise.</summary>
    public void AddLate(long count) => Late += count;

    /// <summary>Counts rows of a second.</summary>
    /// <param name="secondMs">Its begin, UTC milliseconds since 1970.</param>
    /// <param name="count">How many.</param>
    /// <param name="nowMs">Now.</param>
    public void AddSecond(long secondMs, long count, long nowMs)
    {
        if (count == 0)
        {
            return;
        }

        var second = Seconds.SlotOf(secondMs);
        if (second > Seconds.LastKept(nowMs))
        {
            AddComing(second, count);
            return;
        }

        Seconds.Add(second, count, nowMs);
        Minutes.Add(Minutes.SlotOf(secondMs), count, nowMs);
        Hours.Add(Hours.SlotOf(secondMs), count, nowMs);
    }

    /// <summary>Takes in what was of a time to come and is no more. To be called before anything is read.</summary>
    /// <returns>Now, UTC milliseconds since 1970.</returns>
    public long Advance()
    {
        var nowMs = clock.NowMs;
        while (_coming.Count > 0 && _coming.First() is var (second, count) && second <= Seconds.LastKept(nowMs))
        {
            _coming.Remove(second);
            AddSecond(second * 1000, count, nowMs);
        }

        return nowMs;
    }

    /// <summary>Counts of slots.</summary>
    /// <param name="slotMs">Milliseconds of a slot: those of one of the rings.</param>
    /// <param name="fromMs">Begin of the first slot, UTC milliseconds since 1970.</param>
    /// <param name="toMs">End of the last slot.</param>
    /// <returns>A count a slot; <see langword="null"/> when not all of them are kept here.</returns>
    public long[]? CountsOf(int slotMs, long fromMs, long toMs)
    {
        var nowMs = Advance();
        if (Rings.FirstOrDefault(ring => ring.SlotMs == slotMs) is not { } ring)
        {
            return null;
        }

        var first = ring.SlotOf(fromMs);
        var last = ring.SlotOf(toMs - 1);
        if (first < ring.FirstKept(nowMs) || last - first >= ring.SlotCount * 2L || toMs > IncompleteFromMs || first * slotMs != fromMs || (last + 1) * slotMs != toMs
            || _coming.Keys.Any(second => second * 1000 >= fromMs && second * 1000 < toMs))
        {
            return null;
        }

        var counts = new long[last - first + 1];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = ring[first + i];
        }

        return counts;
    }

    /// <summary>From when on slots of a length are kept now: UTC milliseconds since 1970; <see langword="null"/> when there are none of that length.</summary>
    public long? FirstMsOf(int slotMs) => Rings.FirstOrDefault(ring => ring.SlotMs == slotMs) is { } ring ? ring.FirstKept(clock.NowMs) * slotMs : null;

    /// <summary>Writes everything, for <see cref="Restore"/>.</summary>
    public void Save(SnapshotWriter writer)
    {
        var nowMs = Advance();
        writer.WriteUnsigned((ulong)clock.GraceMs);
        writer.WriteUnsigned((ulong)Late);
        writer.WriteSigned(IncompleteFromMs);
        Seconds.Save(writer, nowMs);
        Minutes.Save(writer, nowMs);
        Hours.Save(writer, nowMs);
        writer.WriteUnsigned((ulong)_coming.Count);
        foreach (var (second, count) in _coming)
        {
            writer.WriteSigned(second);
            writer.WriteUnsigned((ulong)count);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into windows without rows.</summary>
    /// <returns>False when late rows were told by another period of grace.</returns>
    public bool Restore(ref SnapshotReader reader)
    {
        var nowMs = clock.NowMs;
        var isSame = reader.ReadCount() == clock.GraceMs;
        Late = reader.ReadCount();
        IncompleteFromMs = reader.ReadSigned();
        Seconds.Restore(ref reader, nowMs);
        Minutes.Restore(ref reader, nowMs);
        Hours.Restore(ref reader, nowMs);
        for (var left = reader.ReadLength(bytesEachMin: 2); left > 0; left--)
        {
            var second = reader.ReadSigned();
            AddComing(second, reader.ReadCount());
        }

        return isSame;
    }

    // Of too many, the farthest are let go of: their windows are the table's then.
    private void AddComing(long second, long count)
    {
        _coming[second] = _coming.GetValueOrDefault(second) + count;
        if (_coming.Count > ComingMax)
        {
            var farthest = _coming.Keys.Last();
            _coming.Remove(farthest);
            IncompleteFromMs = Math.Min(IncompleteFromMs, farthest * 1000);
        }
    }
}
