using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Collect;

/// <summary>
/// Which log partition a key goes to: FNV-1a, 64 bits, then folded so that the low bits depend on all bytes; the remainder by the number of partitions.
/// Stable for ever: events of one metric stay in one partition, and in order, across versions of this program.
/// </summary>
internal static class PartitionHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The partition of a key among those that can be written.</summary>
    /// <param name="key">The key.</param>
    /// <param name="partitions">In order.</param>
    /// <exception cref="EventLogException">There are none yet.</exception>
    public static int PartitionOf(ReadOnlySpan<byte> key, IReadOnlyList<int> partitions) => partitions.Count == 0
        ? throw new EventLogException("The log's partitions are not known yet.")
        : partitions[IndexOf(key, partitions.Count)];

    /// <summary>The index of a key's partition, 0 to <paramref name="partitions"/> - 1.</summary>
    public static int IndexOf(ReadOnlySpan<byte> key, int partitions)
    {
        var hash = OffsetBasis;
        foreach (var b in key)
        {
            hash = (hash ^ b) * Prime;
        }

        hash ^= hash >> 32;
        return (int)(hash % (uint)partitions);
    }
}
