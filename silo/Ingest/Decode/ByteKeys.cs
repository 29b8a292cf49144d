using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// A set of byte strings, each with a dense index in order of arrival, found without making a string.
/// The hash is the runtime's own randomly seeded string hash, so that nobody can send names that collide.
/// </summary>
internal sealed class ByteKeys
{
    private const int InitialCapacity = 8;

    private byte[] _heap = new byte[InitialCapacity * 16];
    private int[] _ends = new int[InitialCapacity];
    private int[] _hashes = new int[InitialCapacity];
    private int[] _next = new int[InitialCapacity];

    // Index + 1 of the first key of each chain; a power of two, at least the number of keys.
    private int[] _buckets = new int[InitialCapacity];

    /// <summary>Number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held in arrays.</summary>
    public int CapacityBytes => _heap.Length + (16 * _ends.Length);

    /// <summary>The key at an index.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _heap.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>The index of a key, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        for (var i = _buckets[hash & (_buckets.Length - 1)] - 1; i >= 0; i = _next[i])
        {
            if (_hashes[i] == hash && this[i].SequenceEqual(key))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds a key that is not there, and returns its index.</summary>
    public int Add(ReadOnlySpan<byte> key)
    {
        if (Count == _ends.Length)
        {
            Grow();
        }

        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (_heap.Length - start < key.Length)
        {
            Array.Resize(ref _heap, Math.Max(start + key.Length, _heap.Length * 2));
        }

        key.CopyTo(_heap.AsSpan(start));
        _ends[Count] = start + key.Length;
        _hashes[Count] = Hash(key);
        Link(Count);
        return Count++;
    }

    /// <summary>Forgets every key, and the space they took.</summary>
    public void Clear()
    {
        Count = 0;
        _heap = new byte[InitialCapacity * 16];
        _ends = new int[InitialCapacity];
        _hashes = new int[InitialCapacity];
        _next = new int[InitialCapacity];
        _buckets = new int[InitialCapacity];
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        // Marvin works on 16-bit units: an odd last byte goes in afterwards, multiplied so that it reaches the low bits of any bucket count.
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(key));
        return (key.Length & 1) == 0 ? hash : hash ^ ((key[^1] + 1) * 0x01000193);
    }

    private void Link(int index)
    {
        ref var bucket = ref _buckets[_hashes[index] & (_buckets.Length - 1)];
        _next[index] = bucket - 1;
        bucket = index + 1;
    }

    private void Grow()
    {
        var capacity = _ends.Length * 2;
        Array.Resize(ref _ends, capacity);
        Array.Resize(ref _hashes, capacity);
        Array.Resize(ref _next, capacity);
        _buckets = new int[capacity];
        for (var i = 0; i < Count; i++)
        {
            Link(i);
        }
    }
}
