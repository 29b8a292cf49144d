namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Makes what many want to be durable durable together: whatever waits becomes one group, and a group of few begins a while after the one before, so that
/// thousands who come at the same time cost a handful of inserts a second. A failure reaches everyone in its group. Safe to call from any thread.
/// </summary>
/// <typeparam name="T">What is made durable.</typeparam>
internal sealed class GroupCommit<T>
{
    private readonly Func<IReadOnlyList<T>, Task> _commit;
    private readonly Func<T, long> _bytesOf;
    private readonly GroupCommitLimits _limits;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = [];
    private long _waitingBytes;
    private TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isWriting;
    private long? _begunAt;

    /// <summary>Nothing waits.</summary>
    /// <param name="commit">Makes a group durable, one or more. One call at a time.</param>
    /// <param name="bytesOf">Bytes that one takes.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="time">The clock.</param>
    public GroupCommit(Func<IReadOnlyList<T>, Task> commit, Func<T, long> bytesOf, GroupCommitLimits limits, TimeProvider time)
    {
        _commit = commit;
        _bytesOf = bytesOf;
        _limits = limits;
        _time = time;
    }

    /// <summary>Bytes that wait for a group now.</summary>
    public long WaitingBytes => Volatile.Read(ref _waitingBytes);

    /// <summary>Adds one; completes when it is durable.</summary>
    /// <param name="item">It.</param>
    /// <param name="cancellationToken">Gives up waiting; it may become durable all the same.</param>
    /// <exception cref="ClickHouseException">It is not durable, or may not be. Or too much waits already.</exception>
    public Task AddAsync(T item, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(item, _bytesOf(item));
        lock (_gate)
        {
            if (_waitingBytes + waiter.Bytes > _limits.WaitingBytesMax)
            {
                throw new ClickHouseException(0, $"{_waitingBytes} bytes of {_limits.What} wait to be saved already: try again later.");
            }

            _waitingBytes += waiter.Bytes;
            _waiting.Enqueue(waiter);
            if (_waiting.Count >= _limits.CountMin)
            {
                _enough.TrySetResult();
            }

            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync, CancellationToken.None);
            }
        }

        return waiter.Done.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            if (_begunAt is { } begunAt && _limits.Interval - _time.GetElapsedTime(begunAt) is var left && left > TimeSpan.Zero)
            {
                await Task.WhenAny(Task.Delay(left, _time), _enough.Task);
            }

            var group = TakeGroup();
            if (group.Count == 0)
            {
                return;
            }

            _begunAt = _time.GetTimestamp();
            await CommitAsync(group);
        }
    }

    /// <summary>Takes the next group; when there is none, the writing has ended.</summary>
    private List<Waiter> TakeGroup()
    {
        var group = new List<Waiter>();
        lock (_gate)
        {
            var bytes = 0L;
            while (_waiting.TryPeek(out var next) && (group.Count == 0 || bytes + next.Bytes <= _limits.GroupBytesMax))
            {
                group.Add(_waiting.Dequeue());
                bytes += next.Bytes;
            }

            _waitingBytes -= bytes;
            if (_enough.Task.IsCompleted && _waiting.Count < _limits.CountMin)
            {
                _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _isWriting = group.Count > 0;
        }

        return group;
    }

    private async Task CommitAsync(List<Waiter> group)
    {
        try
        {
            await _commit([.. group.Select(static waiter => waiter.Item)]);
        }
        catch (Exception e)
        {
            var failure = e as ClickHouseException
                ?? new ClickHouseException(0, $"A group of {group.Count} of {_limits.What} could not be saved: {e.Message}", isOutcomeUnknown: true, e);
            group.ForEach(waiter => waiter.Done.SetException(failure));
            return;
        }

        group.ForEach(static waiter => waiter.Done.SetResult());
    }

    private sealed class Waiter(T item, long bytes)
    {
        public T Item { get; } = item;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
