namespace Orleans.Streams;

/// <summary>A stream that an agent knows: who consumes it, and since when nothing came.</summary>
internal sealed class AgentStream(DateTimeOffset now)
{
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>When events came last.</summary>
    public DateTimeOffset LastActivity { get; set; } = now;

    /// <summary>The registration that is under way; reads of the queue pause meanwhile.</summary>
    public Task? Registration { get; set; }

    public bool IsInactive(DateTimeOffset now, TimeSpan period) => now - LastActivity >= period && !Subscriptions.Exists(s => s.IsDelivering);

    public void DisposeCursors()
    {
        foreach (var subscription in Subscriptions)
        {
            subscription.Cursor?.Dispose();
            subscription.Cursor = null;
        }

        Subscriptions.Clear();
    }
}
