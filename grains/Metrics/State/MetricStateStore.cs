using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics.State;

/// <summary>
/// What all metrics keep in <c>analytics.state</c>. Saves are group-committed: whatever waits goes into one insert, and an insert of few entries begins
/// a while after the one before, so thousands of metrics that save every few minutes cost a handful of inserts a second. Safe to call from any thread.
/// </summary>
internal sealed class MetricStateStore(IClickHouse clickHouse, TimeProvider time)
{
    /// <summary>Bytes of an insert from which on the rest waits for the next one; a single larger entry goes alone. A few milliseconds of work.</summary>
    internal const long InsertBytesMax = 8 * 1024 * 1024;

    /// <summary>Bytes that may wait; beyond it a save is refused, and its metric tries again later. 13,643 metrics of 4 KB are 56 MB.</summary>
    internal const long WaitingBytesMax = 128 * 1024 * 1024;

    /// <summary>Entries for which an insert is worth its while at once. When a server stops, its metrics save together, as many at a time as leave
    /// at a time.</summary>
    internal const int EntriesMin = 32;

    /// <summary>Between the beginnings of two inserts of fewer entries: five a second at most. Less would save little waiting and cost parts to merge.</summary>
    internal static readonly TimeSpan InsertInterval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = [];
    private long _waitingBytes;
    private TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isWriting;
    private long? _begunAt;

    /// <summary>Bytes that wait to be saved now.</summary>
    public long WaitingBytes => Volatile.Read(ref _waitingBytes);

    /// <summary>Reads the newest entry of each name.</summary>
    /// <param name="key">Whose: <c>project/metric</c>.</param>
    /// <param name="names">Which; one or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public async Task<IReadOnlyList<StateEntry>> ReadAsync(string key, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var answer = await clickHouse.QueryAsync(
            "SELECT name, version, state FROM analytics.state " +
            $"WHERE grain = {SqlText.Literal(key)} AND name IN ({string.Join(", ", names.Select(SqlText.Literal))}) ORDER BY version DESC LIMIT 1 BY name",
            RowBinaryReader.Format, null, cancellationToken);
        return StateRows.Read(answer, key);
    }

    /// <summary>Saves an entry; completes when it is durable.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be saved all the same.</param>
    /// <exception cref="ClickHouseException">It is not saved, or may not be: save again, with a higher version. Or too much waits already.</exception>
    public Task SaveAsync(StateEntry entry, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(entry);
        lock (_gate)
        {
            if (_waitingBytes + entry.SizeBytes > WaitingBytesMax)
            {
                throw new ClickHouseException(0, $"{_waitingBytes} bytes of state wait to be saved already: try again later.");
            }

            _waitingBytes += entry.SizeBytes;
            _waiting.Enqueue(waiter);
            if (_waiting.Count >= EntriesMin)
            {
                _enough.TrySetResult();
            }

            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync, CancellationToken.None);
            }
        }

        return waiter.Saved.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            if (_begunAt is { } begunAt && InsertInterval - time.GetElapsedTime(begunAt) is var left && left > TimeSpan.Zero)
            {
                await Task.WhenAny(Task.Delay(left, time), _enough.Task);
            }

            var group = TakeGroup();
            if (group.Count == 0)
            {
                return;
            }

            _begunAt = time.GetTimestamp();
            await SaveAsync(group);
        }
    }

    /// <summary>Takes what the next insert saves; when there is nothing, the writing has ended.</summary>
    private List<Waiter> TakeGroup()
    {
        var group = new List<Waiter>();
        lock (_gate)
        {
            var sizeBytes = 0L;
            while (_waiting.TryPeek(out var next) && (group.Count == 0 || sizeBytes + next.Entry.SizeBytes <= InsertBytesMax))
            {
                group.Add(_waiting.Dequeue());
                sizeBytes += next.Entry.SizeBytes;
            }

            _waitingBytes -= sizeBytes;
            if (_enough.Task.IsCompleted && _waiting.Count < EntriesMin)
            {
                _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _isWriting = group.Count > 0;
        }

        return group;
    }

    private async Task SaveAsync(List<Waiter> group)
    {
        try
        {
            var block = StateBlock.Of([.. group.Select(static waiter => waiter.Entry)], time.GetUtcNow().ToUnixTimeMilliseconds());
            await clickHouse.InsertAsync(block);
        }
        catch (Exception e)
        {
            var failure = e as ClickHouseException ?? new ClickHouseException(0, $"State could not be saved: {e.Message}", isOutcomeUnknown: true, e);
            group.ForEach(waiter => waiter.Saved.SetException(failure));
            return;
        }

        group.ForEach(static waiter => waiter.Saved.SetResult());
    }

    private sealed class Waiter(StateEntry entry)
    {
        public StateEntry Entry { get; } = entry;

        public TaskCompletionSource Saved { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
