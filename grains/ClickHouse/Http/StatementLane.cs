namespace Analytics.Grains.ClickHouse.Http;

/// <summary>Lets some statements run at once, the others wait: first come, first served.</summary>
/// <param name="name">For messages.</param>
/// <param name="slots">Statements at once.</param>
internal sealed class StatementLane(string name, int slots) : IAsyncDisposable
{
    /// <summary>Statements that may wait; see <see cref="Embedded.ConnectionPool.WaitingMax"/>.</summary>
    public const int WaitingMax = Embedded.ConnectionPool.WaitingMax;

    private readonly SemaphoreSlim _free = new(slots);
    private readonly CancellationTokenSource _closing = new();
    private int _waiting;
    private int _running;
    private int _isDisposed;

    /// <summary>Statements that wait.</summary>
    public int WaitingCount => Volatile.Read(ref _waiting);

    /// <summary>Statements that run now.</summary>
    public int RunningCount => Volatile.Read(ref _running);

    /// <summary>Runs a statement when its turn has come.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    /// <exception cref="ClickHouseException">The lane is closing, or too many statements wait; or the statement failed.</exception>
    public async Task<byte[]> RunAsync(Func<Task<byte[]>> run, CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken);
        Interlocked.Increment(ref _running);
        try
        {
            return await run();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _free.Release();
        }
    }

    /// <summary>Refuses what waits and lets what runs end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _closing.CancelAsync();
            for (var i = 0; i < slots; i++)
            {
                await _free.WaitAsync();
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > WaitingMax)
            {
                throw new ClickHouseException(0, $"{WaitingMax} ClickHouse statements ({name}) wait already: try again later.");
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            await _free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClickHouseException(0, "ClickHouse is closing: the statement was not started.");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
