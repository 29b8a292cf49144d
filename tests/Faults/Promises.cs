namespace Analytics.Tests.Faults;

/// <summary>
/// What the answers of a run promised, as all clients together heard it. A body counts once it was answered; sendings before that which may
/// have arrived without an answer count as unclear. Safe to call from any thread.
/// </summary>
internal sealed class Promises
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Project, string Metric), MetricPromise> _metrics = [];
    private readonly Dictionary<string, int> _broken = [];

    /// <summary>Notes an answered body.</summary>
    /// <param name="body">The body; its answer accepted all good events and refused all broken inputs.</param>
    /// <param name="unclear">How many sendings of it before may have arrived as well.</param>
    public void Add(LoadBody body, int unclear)
    {
        lock (_gate)
        {
            foreach (var one in body.Events)
            {
                if (!_metrics.TryGetValue((one.Project, one.Metric), out var metric))
                {
                    _metrics.Add((one.Project, one.Metric), metric = new MetricPromise());
                }

                metric.Add(one, unclear);
            }

            foreach (var text in body.Broken)
            {
                _broken.Add(text, unclear + 1);
            }
        }
    }

    /// <summary>What each metric must hold. To be read when no client runs any more.</summary>
    public IReadOnlyDictionary<(string Project, string Metric), MetricPromise> Metrics => _metrics;

    /// <summary>Each refused input, and how often it may be a dead letter at most: once, and once more for every unclear sending.</summary>
    public IReadOnlyDictionary<string, int> Broken => _broken;

    /// <summary>Different events accepted.</summary>
    public int EventCount => _metrics.Values.Sum(metric => metric.Rows.Count);
}
