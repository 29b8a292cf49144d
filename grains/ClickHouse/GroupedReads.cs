namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Reads by key, many keys in one query: those that are asked for while queries are under way go together in the next one. A query costs some milliseconds
/// whatever it reads, and after a start thousands of actors ask at once. Safe to call from any thread.
/// </summary>
/// <param name="readAsync">Reads some keys; a key that is not in the answer has nothing.</param>
/// <param name="none">What a key has that is not in the answer.</param>
/// <param name="keysMax">Keys of a query.</param>
internal sealed class GroupedReads<TKey, TValue>(
    Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> readAsync, TValue none, int keysMax)
    where TKey : notnull
{
    /// <summary>Queries at once. A second one is prepared while the first is answered; more would only be smaller.</summary>
    internal const int QueriesMax = 2;

    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = [];
    private int _queries;

    /// <summary>Keys that wait for a query.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>What a key has, read after this call began.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    public Task<TValue> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(key);
        lock (_gate)
        {
            _waiting.Enqueue(waiter);
            if (_queries < QueriesMax)
            {
                _queries++;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }

        return waiter.Read.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        while (TakeGroup() is { Count: > 0 } group)
        {
            try
            {
                var values = await readAsync([.. group.Select(static waiter => waiter.Key).Distinct()]);
                group.ForEach(waiter => waiter.Read.SetResult(values.GetValueOrDefault(waiter.Key, none)));
            }
            catch (Exception e)
            {
                group.ForEach(waiter => waiter.Read.TrySetException(e));
            }
        }
    }

    /// <summary>Takes what the next query reads; when there is nothing, this row of queries has ended.</summary>
    private List<Waiter> TakeGroup()
    {
        var group = new List<Waiter>();
        lock (_gate)
        {
            while (group.Count < keysMax && _waiting.TryDequeue(out var next))
            {
                group.Add(next);
            }

            _queries -= group.Count == 0 ? 1 : 0;
        }

        return group;
    }

    private sealed class Waiter(TKey key)
    {
        public TKey Key { get; } = key;

        public TaskCompletionSource<TValue> Read { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
