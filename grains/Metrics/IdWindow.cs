using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Analytics.Grains.Metrics;

/// <summary>
/// The newest event ids of a metric, so that a producer's retry is recognised: bounded by time, so that an id may come back for good later, and by number.
/// Keeps 128 bits of each id's SHA-256; two different ids that agree in those are not to be expected in the life of the universe.
/// </summary>
/// <remarks>
/// A ring of takings, oldest first, and a hash table of their indexes. An id that is taken anew has its older taking struck out; that one keeps its place
/// until it is the oldest, so the window is the newest takings, which is what the table's rows are. 32 bytes a taking and 4-8 of buckets; grown by
/// half at a time, 56 at most. In steady state nothing is allocated.
/// </remarks>
internal sealed class IdWindow
{
    private const int SizeMin = 16;
    private const int None = -1;
    private const int Struck = -2;

    private readonly int _idsMax;
    private readonly long _windowMs;
    private Taking[] _ring = [];
    private int[] _buckets = [];
    private int _oldest;
    private int _used;

    /// <summary>An empty window.</summary>
    /// <param name="idsMax">Takings kept, 1 or more; the oldest leaves for the newest.</param>
    /// <param name="window">How much later, by time of receipt, the same id is a repeat; an hour more or less exactly: milliseconds count.</param>
    public IdWindow(int idsMax, TimeSpan window)
    {
        _idsMax = idsMax;
        _windowMs = (long)window.TotalMilliseconds;
    }

    /// <summary>Different ids kept now.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers that an id was taken, unless it is a repeat.</summary>
    /// <param name="id">The id.</param>
    /// <param name="receivedMs">When the event was received, UTC milliseconds since 1970.</param>
    /// <returns>False when the same id is among the newest and was received at most the window before this one, or after it: the event is a repeat.</returns>
    public bool TryAdd(ReadOnlySpan<byte> id, long receivedMs)
    {
        var key = KeyOf(id);
        var index = Find(key);
        if (index != None && receivedMs - _ring[index].ReceivedMs <= _windowMs)
        {
            return false;
        }

        Put(key, receivedMs, index);
        return true;
    }

    /// <summary>Remembers an id that was taken, whatever is known of it: how a window is filled from the table, in order of taking.</summary>
    public void Restore(ReadOnlySpan<byte> id, long receivedMs)
    {
        var key = KeyOf(id);
        Put(key, receivedMs, Find(key));
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void Put(UInt128 key, long receivedMs, int before)
    {
        if (before != None)
        {
            Strike(before);
        }

        if (_used == _idsMax)
        {
            DropOldest();
        }
        else if (_used == _ring.Length)
        {
            Grow();
        }

        var index = _oldest + _used;
        index -= index >= _ring.Length ? _ring.Length : 0;
        ref var bucket = ref BucketOf(key);
        _ring[index] = new Taking(key, receivedMs, bucket);
        bucket = index;
        _used++;
        Count++;
    }

    private int Find(UInt128 key)
    {
        if (_ring.Length == 0)
        {
            return None;
        }

        var index = BucketOf(key);
        while (index != None && _ring[index].Key != key)
        {
            index = _ring[index].Next;
        }

        return index;
    }

    private void DropOldest()
    {
        if (_ring[_oldest].Next != Struck)
        {
            Strike(_oldest);
        }

        _oldest = _oldest + 1 == _ring.Length ? 0 : _oldest + 1;
        _used--;
    }

    private void Strike(int index)
    {
        ref var link = ref BucketOf(_ring[index].Key);
        while (link != index)
        {
            link = ref _ring[link].Next;
        }

        link = _ring[index].Next;
        _ring[index].Next = Struck;
        Count--;
    }

    private void Grow()
    {
        var size = (int)Math.Min(_idsMax, Math.Max(SizeMin, _ring.Length * 3L / 2));
        var ring = new Taking[size];
        for (var i = 0; i < _used; i++)
        {
            ring[i] = _ring[(_oldest + i) % _ring.Length];
        }

        (_ring, _oldest) = (ring, 0);
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)size)];
        Array.Fill(_buckets, None);
        for (var i = 0; i < _used; i++)
        {
            if (ring[i].Next != Struck)
            {
                ref var bucket = ref BucketOf(ring[i].Key);
                ring[i].Next = bucket;
                bucket = i;
            }
        }
    }

    // The key is a hash already.
    private ref int BucketOf(UInt128 key) => ref _buckets[(int)((uint)key & (uint)(_buckets.Length - 1))];

    private struct Taking(UInt128 key, long receivedMs, int next)
    {
        public readonly UInt128 Key = key;
        public readonly long ReceivedMs = receivedMs;
        public int Next = next;
    }
}
