using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Analytics.Grains.Metrics;

/// <summary>
/// The newest event ids of a metric, so that a producer's retry is recognised. Keeps 128 bits of each id's SHA-256; two different ids
/// that agree in those are not to be expected in the life of the universe.
/// </summary>
/// <param name="idsMax">Ids kept, 1 or more; the oldest leaves for the newest.</param>
internal sealed class IdWindow(int idsMax)
{
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = [];

    /// <summary>Ids kept now.</summary>
    public int Count => _known.Count;

    /// <summary>Remembers an id.</summary>
    /// <returns>False when it is known already: the event is a repeat.</returns>
    public bool TryAdd(ReadOnlySpan<byte> id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (!_known.Add(key))
        {
            return false;
        }

        _order.Enqueue(key);
        if (_order.Count > idsMax)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}
