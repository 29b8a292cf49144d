using Analytics.Silo.Log;

namespace Analytics.Silo.Cluster;

/// <summary>The place that silos meet in cannot be reached. Whoever needed it tries again, as with a log that is away.</summary>
internal sealed class ClusterLockException(string message, Exception? inner = null) : EventLogException(message, inner);
