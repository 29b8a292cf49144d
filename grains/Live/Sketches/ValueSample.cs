using System.Runtime.InteropServices;

namespace Analytics.Grains.Live.Sketches;

/// <summary>
/// Which values occur often: those with the lowest ranks. Each row has a rank, a hash of its position (<see cref="RowRanks"/>), and a value the lowest of its rows', so that values are
/// drawn by how often they occur. With room for 256, a value that is 2 % of all is among them with a probability of 1 - e^-5.1 = 99.4 %, however many others there
/// are, and one of 1 % with 92 %. Unlike the candidates of Space-Saving these do not depend on the order of the rows, so SQL finds the same ones.
/// </summary>
/// <typeparam name="TValue">The values.</typeparam>
internal sealed class ValueSample<TValue>(IEqualityComparer<TValue>? comparer = null)
    where TValue : notnull
{
    /// <summary>Values at most.</summary>
    public const int ValuesMax = 256;

    private readonly Dictionary<TValue, ulong> _ranks = new(comparer);

    /// <summary>A row of this rank or a higher one changes nothing.</summary>
    public ulong Bound { get; private set; } = ulong.MaxValue;

    /// <summary>The values with their ranks, in no order.</summary>
    public IReadOnlyDictionary<TValue, ulong> Ranks => _ranks;

    /// <summary>Takes a value of a row.</summary>
    public void Add(TValue value, ulong rank)
    {
        if (rank >= Bound)
        {
            return;
        }

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_ranks, value, out var exists);
        known = exists ? Math.Min(known, rank) : rank;
        if (_ranks.Count > ValuesMax)
        {
            _ranks.Remove(Last().Key);
        }

        if (_ranks.Count == ValuesMax)
        {
            Bound = Last().Value;
        }
    }

    private KeyValuePair<TValue, ulong> Last()
    {
        var last = default(KeyValuePair<TValue, ulong>);
        var isFirst = true;
        foreach (var pair in _ranks)
        {
            if (isFirst || pair.Value > last.Value)
            {
                (last, isFirst) = (pair, false);
            }
        }

        return last;
    }
}
