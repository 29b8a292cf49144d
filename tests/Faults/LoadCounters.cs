namespace Analytics.Tests.Faults;

/// <summary>What the clients of a load have met so far. Safe to call from any thread.</summary>
internal sealed class LoadCounters
{
    private long _delivered;
    private long _refused;
    private long _refusedWithoutAdvice;
    private long _unanswered;

    /// <summary>Bodies answered.</summary>
    public long DeliveredCount => Volatile.Read(ref _delivered);

    /// <summary>Answers 503 and 429.</summary>
    public long RefusedCount => Volatile.Read(ref _refused);

    /// <summary>Of those, the ones without <c>Retry-After</c>.</summary>
    public long RefusedWithoutAdviceCount => Volatile.Read(ref _refusedWithoutAdvice);

    /// <summary>Sendings without an answer.</summary>
    public long UnansweredCount => Volatile.Read(ref _unanswered);

    /// <summary>A body was answered.</summary>
    public void Delivered() => Interlocked.Increment(ref _delivered);

    /// <summary>A body was refused for now.</summary>
    public void Refused(HttpResponseMessage response)
    {
        Interlocked.Increment(ref _refused);
        if (response.Headers.RetryAfter is null)
        {
            Interlocked.Increment(ref _refusedWithoutAdvice);
        }
    }

    /// <summary>A connection broke, was not made, or was silent for too long.</summary>
    public void Unanswered() => Interlocked.Increment(ref _unanswered);

    /// <inheritdoc />
    public override string ToString() =>
        $"{DeliveredCount} bodies delivered, {RefusedCount} times refused, {UnansweredCount} times without an answer";
}
