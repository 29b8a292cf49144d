using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Read;

/// <summary>
/// For a read that finds nothing: events that are in the log may not have reached their actors yet. As long as there are some, it asks again,
/// so that whoever sends the first event of a metric can read it at once; with nothing under way the answer stands.
/// </summary>
internal sealed class CatchUp(IEventLog log, TimeProvider time)
{
    // The first event of a cold process takes a few hundred milliseconds to its table; a log that is far behind is not waited for.
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <summary>The answer, or <see langword="null"/> when there is still none.</summary>
    public async Task<T?> AskAsync<T>(Func<Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        // Most reads find something: they have no business with the log, which may be away.
        if (await ask() is { } first)
        {
            return first;
        }

        var begin = time.GetTimestamp();
        while (true)
        {
            // Looked at before asking: what commits in between has reached its actor by then.
            var isBehind = await IsBehindAsync(cancellationToken);
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (!isBehind || time.GetElapsedTime(begin) > WaitMax)
            {
                return null;
            }

            await Task.Delay(Between, time, cancellationToken);
        }
    }

    /// <summary>Waits until what is in the log now is in its tables, two seconds at most.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => AskAsync(static () => Task.FromResult<object?>(null), cancellationToken);

    private async Task<bool> IsBehindAsync(CancellationToken cancellationToken)
    {
        using var waiting = new CancellationTokenSource(WaitMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        try
        {
            // All at once: where it costs a request, one is made for all.
            var behind = await Task.WhenAll(log.Partitions.Select(async partition =>
                await log.ReadCommittedAsync(partition, either.Token) < await log.ReadEndAsync(partition, either.Token)));
            return Array.Exists(behind, static isBehind => isBehind);
        }
        catch (Exception e) when (e is EventLogException or OperationCanceledException or ArgumentOutOfRangeException && !cancellationToken.IsCancellationRequested)
        {
            // A log that does not answer, or a partition that has just gone: the answer is what is known here.
            return false;
        }
    }
}
