namespace Analytics.Silo.Cluster;

/// <summary>How many silos are active, as this one knows.</summary>
internal sealed class ClusterSize
{
    private readonly Lock _gate = new();
    private int _count = 1;
    private Action<int>? _changed;

    /// <summary>The number, 1 or more.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Has somebody told of the number, now and whenever it changes.</summary>
    public void Observe(Action<int> changed)
    {
        lock (_gate)
        {
            _changed += changed;
            changed(_count);
        }
    }

    /// <summary>The number has changed.</summary>
    /// <param name="count">1 or more.</param>
    public void Set(int count)
    {
        lock (_gate)
        {
            if (_count != count)
            {
                _count = count;
                _changed?.Invoke(count);
            }
        }
    }
}
