using System.Runtime.CompilerServices;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// The field names of one metric, with a mark for each that says in which event it was seen last: a field given twice is found
/// without a set per event. Events of a metric have the same fields in the same order, so the name after the last one is tried first.
/// </summary>
internal sealed class FieldNames
{
    private readonly ByteKeys _keys = new();
    private long[] _lastEvents = new long[8];
    private long _event;
    private int _expected;

    /// <summary>Number of names.</summary>
    public int Count => _keys.Count;

    /// <summary>Bytes held in arrays.</summary>
    public int CapacityBytes => _keys.CapacityBytes + (8 * _lastEvents.Length);

    /// <summary>The name at an index.</summary>
    public ReadOnlySpan<byte> this[int index] => _keys[index];

    /// <summary>Starts an event: no field was seen in it.</summary>
    public void BeginEvent()
    {
        // Never reset, so that marks of a cancelled event mean nothing to the next.
        _event++;
        _expected = 0;
    }

    /// <summary>Whether a text begins with the name after the last one, and a quote.</summary>
    /// <param name="text">What follows an opening quote.</param>
    /// <param name="name">The name, a part of the text; empty when it is another.</param>
    /// <returns>The name's index, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindExpected(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name)
    {
        var expected = _expected;
        if (expected < _keys.Count)
        {
            var key = _keys[expected];
            if (key.Length < text.Length && text[key.Length] == '"' && text.StartsWith(key))
            {
                _expected = expected + 1;
                name = text[..key.Length];
                return expected;
            }
        }

        name = default;
        return -1;
    }

    /// <summary>The index of a name, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> name)
    {
        var expected = _expected;
        if (expected < _keys.Count && _keys[expected].SequenceEqual(name))
        {
            _expected = expected + 1;
            return expected;
        }

        return FindByHash(name);
    }

    /// <summary>Adds a name that is valid and not there.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        var index = _keys.Add(name);
        if (index == _lastEvents.Length)
        {
            Array.Resize(ref _lastEvents, index * 2);
        }

        _expected = index + 1;
        return index;
    }

    /// <summary>Marks a name as seen in the current event; false when it was already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMark(int index)
    {
        ref var last = ref _lastEvents[index];
        var isNew = last != _event;
        last = _event;
        return isNew;
    }

    /// <summary>Forgets every name.</summary>
    public void Clear()
    {
        _keys.Clear();
        _lastEvents = new long[8];
    }

    private int FindByHash(ReadOnlySpan<byte> name)
    {
        var index = _keys.Find(name);
        if (index >= 0)
        {
            _expected = index + 1;
        }

        return index;
    }
}
