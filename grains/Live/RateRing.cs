using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;

namespace Analytics.Grains.Live;

/// <summary>Counts per slot of time (a second, a minute) for the newest slots; older ones are overwritten. A function of the counted times, not of their order.</summary>
internal sealed class RateRing
{
    private readonly long[] _counts;
    private readonly long[] _slots;
    private readonly int _slotMs;

    /// <summary>A ring of empty slots.</summary>
    /// <param name="slotMs">Milliseconds a slot covers, 1 or more.</param>
    /// <param name="slotCount">Number of slots kept, 1 or more.</param>
    public RateRing(int slotMs, int slotCount)
    {
        _slotMs = slotMs;
        _counts = new long[slotCount];
        _slots = new long[slotCount];
        Array.Fill(_slots, long.MinValue);
    }

    /// <summary>Milliseconds a slot covers.</summary>
    public int SlotMs => _slotMs;

    /// <summary>Number of slots kept.</summary>
    public int SlotCount => _counts.Length;

    /// <summary>Counts events at a time; a time older than the slot that replaced it is ignored.</summary>
    /// <param name="unixMs">UTC milliseconds since 1970.</param>
    /// <param name="count">Number of events.</param>
    public void Add(long unixMs, long count) => AddToSlot(TimeSlot.Of(unixMs, _slotMs), count);

    /// <summary>Events in the last complete slots before <paramref name="nowMs"/>.</summary>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    /// <param name="slotCount">How many slots, 1 … <see cref="SlotCount"/> - 1.</param>
    public long SumBefore(long nowMs, int slotCount)
    {
        var current = nowMs / _slotMs;
        var sum = 0L;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] < current && _slots[i] >= current - slotCount)
            {
                sum += _counts[i];
            }
        }

        return sum;
    }

    /// <summary>Writes the slots that were ever counted in.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)_slots.Count(static slot => slot != long.MinValue));
        var before = 0L;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] != long.MinValue)
            {
                // Neighbours differ by one mostly: a byte instead of five.
                writer.WriteSigned(_slots[i] - before);
                writer.WriteUnsigned((ulong)_counts[i]);
                before = _slots[i];
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into an empty ring.</summary>
    public void Restore(ref SnapshotReader reader)
    {
        var slot = 0L;
        for (var left = reader.ReadLength(bytesEachMin: 2); left > 0; left--)
        {
            slot += reader.ReadSigned();
            AddToSlot(slot, reader.ReadCount());
        }
    }

    private void AddToSlot(long slot, long count)
    {
        var index = (int)(((slot % _counts.Length) + _counts.Length) % _counts.Length);
        if (_slots[index] > slot)
        {
            return;
        }

        if (_slots[index] < slot)
        {
            _slots[index] = slot;
            _counts[index] = 0;
        }

        _counts[index] += count;
    }
}
