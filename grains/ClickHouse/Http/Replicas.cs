namespace Analytics.Grains.ClickHouse.Http;

/// <summary>
/// The servers that have the tables, and which of them is used: one as long as it works, then the next. One that failed is left alone for a growing while, unless no other is
/// left: a statement is never refused because of a pause.
/// </summary>
/// <param name="urls">Their addresses, 1 or more, in order of preference.</param>
/// <param name="time">The clock.</param>
internal sealed class Replicas(IReadOnlyList<Uri> urls, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Replica[] _all = [.. urls.Select(url => new Replica(url))];
    private int _current;

    /// <summary>How many there are.</summary>
    public int Count => _all.Length;

    /// <summary>The one to use.</summary>
    /// <param name="tried">Those that a statement was tried on already; not all of them.</param>
    public Replica Choose(IReadOnlyCollection<Replica> tried)
    {
        lock (_gate)
        {
            Replica? resting = null;
            for (var i = 0; i < _all.Length; i++)
            {
                var replica = _all[(_current + i) % _all.Length];
                if (tried.Contains(replica))
                {
                    continue;
                }

                if (RestOf(replica) <= TimeSpan.Zero)
                {
                    return replica;
                }

                resting = resting is null || RestOf(replica) < RestOf(resting) ? replica : resting;
            }

            return resting ?? throw new InvalidOperationException("Every replica was tried.");
        }
    }

    /// <summary>Notes that a server answered: it is used from now on.</summary>
    /// <returns>Whether that is news: it is another one than before, or had failed.</returns>
    public bool Succeeded(Replica replica)
    {
        lock (_gate)
        {
            var index = Array.IndexOf(_all, replica);
            var isNews = index != _current || replica.FailureCount > 0;
            _current = index;
            replica.FailureCount = 0;
            return isNews;
        }
    }

    /// <summary>Notes that a server could not be reached, or did not answer.</summary>
    /// <returns>Whether that is news: it is the first failure in a row.</returns>
    public bool Failed(Replica replica)
    {
        lock (_gate)
        {
            // Statements that fail together are one failure.
            var isNews = replica.FailureCount == 0;
            if (RestOf(replica) <= TimeSpan.Zero)
            {
                replica.FailureCount++;
                replica.FailedAt = time.GetTimestamp();
            }

            // It may come back with another version.
            replica.IsKnown = false;
            return isNews;
        }
    }

    private TimeSpan RestOf(Replica replica) => replica.Pause - time.GetElapsedTime(replica.FailedAt);
}
