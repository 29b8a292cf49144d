using System.Numerics;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Who waits for its turn because its rows have become old. Next is the one whose rows have waited longest together, rows times seconds: of thousands of
/// metrics the busy ones go soon, the quiet ones, a row or two each, in order of arrival. Rows are counted in powers of two, so a turn costs
/// a look at a handful of queues whatever the number that waits. The scheduler's lock guards it.
/// </summary>
internal sealed class AgedTurns
{
    // Of 1 row, 2-3, 4-7, … rows.
    private readonly LinkedList<InsertWaiter>[] _queues = [.. Enumerable.Range(0, 32).Select(_ => new LinkedList<InsertWaiter>())];

    /// <summary>Number of waiters.</summary>
    public int Count { get; private set; }

    /// <summary>The one that has waited longest; <see langword="null"/> when there is none.</summary>
    public InsertWaiter? Oldest
    {
        get
        {
            InsertWaiter? oldest = null;
            foreach (var queue in _queues)
            {
                if (queue.First is { } first && (oldest is null || first.Value.Since < oldest.Since))
                {
                    oldest = first.Value;
                }
            }

            return oldest;
        }
    }

    /// <summary>The one whose turn is next.</summary>
    /// <param name="now">The clock's timestamp.</param>
    public InsertWaiter? Next(long now)
    {
        InsertWaiter? next = null;
        var longest = -1d;
        for (var i = _queues.Length - 1; i >= 0; i--)
        {
            if (_queues[i].First is { } first && (now - first.Value.Since) * (double)(1L << i) is var waited && waited > longest)
            {
                (next, longest) = (first.Value, waited);
            }
        }

        return next;
    }

    /// <summary>Takes in a waiter.</summary>
    public void Add(InsertWaiter waiter)
    {
        _queues[BitOperations.Log2((uint)Math.Max(1, waiter.Rows))].AddLast(waiter.Place);
        Count++;
    }

    /// <summary>Lets one go that was taken in.</summary>
    public void Remove(InsertWaiter waiter)
    {
        waiter.Place.List!.Remove(waiter.Place);
        Count--;
    }
}
