using System.Runtime.InteropServices;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// For each metric the last offset this receiver handed over in its epoch, so that a batch can name what must have come before it.
/// Not safe for concurrent calls. About 120 bytes a metric seen in the epoch; <see cref="ForgetBefore"/> gives back what is durable.
/// </summary>
internal sealed class PrecedingOffsets
{
    private readonly Dictionary<string, long> _lastOffsets = new(StringComparer.Ordinal);

    /// <summary>Starts an epoch.</summary>
    /// <param name="epoch">The ledger's number for this receiver.</param>
    /// <param name="epochStart">The committed offset it starts from.</param>
    public PrecedingOffsets(long epoch, long epochStart) => Reset(epoch, epochStart);

    /// <summary>The ledger's number for this receiver.</summary>
    public long Epoch { get; private set; }

    /// <summary>The committed offset the epoch started from.</summary>
    public long EpochStart { get; private set; }

    /// <summary>Number of metrics remembered.</summary>
    public int Count => _lastOffsets.Count;

    /// <summary>Starts another epoch and forgets the old one.</summary>
    public void Reset(long epoch, long epochStart)
    {
        Epoch = epoch;
        EpochStart = epochStart;
        _lastOffsets.Clear();
    }

    /// <summary>Notes that a batch of a metric ends at <paramref name="lastOffset"/>.</summary>
    /// <param name="key">The metric's key, <c>project/metric</c>.</param>
    /// <param name="lastOffset">The offset of the batch's last row.</param>
    /// <returns>The last offset handed over before, or <c>EpochStart - 1</c>: what the batch names as its <c>Preceding</c>.</returns>
    public long Advance(string key, long lastOffset)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastOffsets, key, out var exists);
        var preceding = exists ? last : EpochStart - 1;
        last = lastOffset;
        return preceding;
    }

    /// <summary>
    /// Forgets metrics whose last offset is below <paramref name="durableOffset"/>. Their next batch names <c>EpochStart - 1</c>, which is as
    /// safe: every row it leaves unnamed is in its table. Costs one pass; worth a call every few thousand chunks.
    /// </summary>
    public void ForgetBefore(long durableOffset)
    {
        foreach (var (key, last) in _lastOffsets)
        {
            if (last < durableOffset)
            {
                // Removing while enumerating is allowed for Dictionary.
                _lastOffsets.Remove(key);
            }
        }
    }
}
