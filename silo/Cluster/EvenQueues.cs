using System.Security.Cryptography;
using System.Text;

namespace Analytics.Silo.Cluster;

/// <summary>
/// Shares queues among silos: each silo of the cluster computes the same shares from the same names, without asking another. No silo has more than one queue more than any other.
/// Every silo has an order of preference of its own for the queues, and takes those that it wants most; so one that comes or goes moves few besides those that it takes or leaves.
/// </summary>
internal static class EvenQueues
{
    /// <summary>The queues of each silo.</summary>
    /// <param name="queues">Names of all queues, each once.</param>
    /// <param name="silos">Names of the silos, each once, one or more.</param>
    public static Dictionary<string, List<string>> Share(IReadOnlyCollection<string> queues, IReadOnlyCollection<string> silos)
    {
        var shares = silos.ToDictionary(static silo => silo, static _ => new List<string>(), StringComparer.Ordinal);
        var (least, left) = Math.DivRem(queues.Count, silos.Count);
        var wishes =
            from queue in queues
            from silo in silos
            orderby Weight(queue, silo) descending, queue, silo
            select (queue, silo);
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (queue, silo) in wishes)
        {
            var share = shares[silo];
            if (share.Count > least || (share.Count == least && left == 0) || !shared.Add(queue))
            {
                continue;
            }

            left -= share.Count == least ? 1 : 0;
            share.Add(queue);
        }

        return shares;
    }

    private static ulong Weight(string queue, string silo) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}\n{silo}")));
}
