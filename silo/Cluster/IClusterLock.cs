namespace Analytics.Silo.Cluster;

/// <summary>What one silo of the cluster does at a time: making what all of them share, and giving numbers.</summary>
internal interface IClusterLock
{
    /// <summary>Whether there may be other silos: what is shared may have changed since it was last looked at.</summary>
    bool IsShared { get; }

    /// <summary>Does something while no other silo does anything under the lock. Not to be entered again from within.</summary>
    /// <exception cref="ClusterLockException">The lock cannot be had, or was lost: what was done may have been done beside another silo.</exception>
    Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken);
}
