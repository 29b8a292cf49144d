using Analytics.Grains.Live;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Views;

/// <summary>
/// The groups of the shortest piece of time that a view's windows are made of. Which groups have a place of their own is decided by a hash of their values, not by who comes first: the same rows
/// give the same groups in any order.
/// </summary>
internal sealed class ViewPane
{
    private readonly Dictionary<byte[], ViewGroup> _groups = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], ViewGroup>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly Func<ViewGroup> _newGroup;
    private readonly int _groupsMax;

    // Groups with a hash from here on are among the others.
    private ulong _hashEnd = ulong.MaxValue;

    /// <summary>A pane without rows.</summary>
    public ViewPane(int groupsMax, Func<ViewGroup> newGroup)
    {
        _groupsMax = groupsMax;
        _newGroup = newGroup;
        _bySpan = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The groups that have a place, by their keys.</summary>
    public IReadOnlyDictionary<byte[], ViewGroup> Groups => _groups;

    /// <summary>All other groups together; <see langword="null"/> while there are none.</summary>
    public ViewGroup? Others { get; private set; }

    /// <summary>The group of a key, or that of the others.</summary>
    public ViewGroup At(ReadOnlySpan<byte> key)
    {
        if (_bySpan.TryGetValue(key, out var group))
        {
            return group;
        }

        if (_hashEnd != ulong.MaxValue && ValueHash.Of(key) >= _hashEnd)
        {
            return Others ??= _newGroup();
        }

        group = _newGroup();
        _groups.Add(key.ToArray(), group);
        return _groups.Count > _groupsMax && LetGoOfOne() is { } gone && ReferenceEquals(gone, group) ? Others! : group;
    }

    /// <summary>Adds the groups of another pane. One that is among the others in either is among them.</summary>
    public void Add(ViewPane other)
    {
        if (other._hashEnd < _hashEnd)
        {
            _hashEnd = other._hashEnd;
            foreach (var key in _groups.Keys.Where(key => ValueHash.Of(key) >= _hashEnd).ToList())
            {
                LetGo(key);
            }
        }

        foreach (var (key, group) in other._groups)
        {
            At(key).Add(group);
        }

        if (other.Others is { } others)
        {
            (Others ??= _newGroup()).Add(others);
        }
    }

    // The one with the highest hash is one of the others from now on.
    private ViewGroup LetGoOfOne()
    {
        var (highest, hash) = (Array.Empty<byte>(), 0UL);
        foreach (var key in _groups.Keys)
        {
            if (ValueHash.Of(key) is var other && (other >= hash || highest.Length == 0))
            {
                (highest, hash) = (key, other);
            }
        }

        _hashEnd = hash;
        return LetGo(highest);
    }

    private ViewGroup LetGo(byte[] key)
    {
        _groups.Remove(key, out var gone);
        (Others ??= _newGroup()).Add(gone!);
        gone!.Successor = Others;
        return gone;
    }
}
