using System.Numerics;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Windows;

/// <summary>Counts per slot of time, from some slots before now to a few after it. A function of what was counted and of now, not of the order.</summary>
/// <remarks>Four bytes a slot, only for the slots from the first to the last that were counted in; a slot's count stays at 4,294,967,295.</remarks>
/// <param name="slotMs">Milliseconds a slot covers, 1 or more.</param>
/// <param name="slotCount">Slots back from now that are kept, the one of now included, 1 or more.</param>
/// <param name="slotsAhead">Slots after the one of now that are kept, 0 or more.</param>
internal sealed class CountRing(int slotMs, int slotCount, int slotsAhead)
{
    private const int CapacityMin = 16;

    private uint[] _counts = [];
    private long _first;
    private long _newest = -1;

    /// <summary>Milliseconds a slot covers.</summary>
    public int SlotMs => slotMs;

    /// <summary>Slots back from now that are kept, the one of now included.</summary>
    public int SlotCount => slotCount;

    /// <summary>The count of a slot that is kept; 0 of others.</summary>
    public long this[long slot] => slot >= _first && slot <= _newest ? _counts[IndexOf(slot)] : 0;

    /// <summary>The slot a time is in.</summary>
    /// <param name="timeMs">UTC milliseconds since 1970, negative before.</param>
    public long SlotOf(long timeMs) => TimeSlot.Of(timeMs, slotMs);

    /// <summary>The first slot that is kept now.</summary>
    public long FirstKept(long nowMs) => SlotOf(nowMs) - slotCount + 1;

    /// <summary>The last slot that is kept now.</summary>
    public long LastKept(long nowMs) => SlotOf(nowMs) + slotsAhead;

    /// <summary>Counts in a slot; nothing when it is not kept now.</summary>
    public void Add(long slot, long count, long nowMs)
    {
        if (slot < FirstKept(nowMs) || slot > LastKept(nowMs) || count <= 0)
        {
            return;
        }

        Reserve(slot);
        if (slot >= _first)
        {
            // Unless the clock was set back: what was after now by then has the places.
            ref var counted = ref _counts[IndexOf(slot)];
            counted = (uint)Math.Min(counted + count, uint.MaxValue);
        }
    }

    /// <summary>Slots with counts, from the first one kept now.</summary>
    public IEnumerable<(long Slot, long Count)> Counted(long nowMs)
    {
        for (var slot = Math.Max(_first, FirstKept(nowMs)); slot <= _newest; slot++)
        {
            if (_counts[IndexOf(slot)] is > 0 and var count)
            {
                yield return (slot, count);
            }
        }
    }

    /// <summary>Writes the slots that have counts.</summary>
    public void Save(SnapshotWriter writer, long nowMs)
    {
        writer.WriteUnsigned((ulong)Counted(nowMs).LongCount());
        var before = 0L;
        foreach (var (slot, count) in Counted(nowMs))
        {
            // Neighbours differ by one mostly: a byte instead of five.
            writer.WriteSigned(slot - before);
            writer.WriteUnsigned((ulong)count);
            before = slot;
        }
    }

    /// <summary>Adds what <see cref="Save"/> wrote.</summary>
    public void Restore(ref SnapshotReader reader, long nowMs)
    {
        var slot = 0L;
        for (var left = reader.ReadLength(bytesEachMin: 2); left > 0; left--)
        {
            slot += reader.ReadSigned();
            Add(slot, reader.ReadCount(), nowMs);
        }
    }

    private int IndexOf(long slot)
    {
        var index = (int)(slot % _counts.Length);
        return index < 0 ? index + _counts.Length : index;
    }

    // Makes a place for a slot. Slots that leave give theirs to those that come: from the newest on, all that may be kept have one.
    private void Reserve(long slot)
    {
        if (slot >= _first && slot <= _newest)
        {
            return;
        }

        if (_newest < _first)
        {
            (_first, _newest) = (slot, slot);
        }

        var newest = Math.Max(_newest, slot);
        var first = Math.Max(Math.Min(_first, slot), newest - slotCount - slotsAhead + 1);
        if (newest - first >= _counts.Length)
        {
            Grow(first, (int)(newest - first + 1));
        }
        else
        {
            for (var left = _first; left < Math.Min(first, _newest + 1); left++)
            {
                _counts[IndexOf(left)] = 0;
            }
        }

        (_first, _newest) = (first, newest);
    }

    private void Grow(long first, int needed)
    {
        var capacity = Math.Min(slotCount + slotsAhead, Math.Max(CapacityMin, (int)BitOperations.RoundUpToPowerOf2((uint)needed)));
        var counts = new uint[capacity];
        if (_counts.Length > 0)
        {
            for (var slot = Math.Max(first, _first); slot <= _newest; slot++)
            {
                var index = (int)(((slot % capacity) + capacity) % capacity);
                counts[index] = _counts[IndexOf(slot)];
            }
        }

        _counts = counts;
    }
}
