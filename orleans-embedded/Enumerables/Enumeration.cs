namespace Orleans.Runtime;

/// <summary>
/// An enumeration in a grain: the enumerator that the grain's method returned, and the step that is under way. Steps are interleaving
/// requests, so the method's code runs between the awaits of other calls.
/// </summary>
/// <param name="activation">The grain.</param>
/// <param name="enumerator">From the grain's method.</param>
/// <param name="cancellation">Cancels the enumerator.</param>
/// <param name="batchMax">Most elements a step.</param>
internal sealed class Enumeration<T>(Activation activation, IAsyncEnumerator<T> enumerator, CancellationTokenSource cancellation, int batchMax) : IEnumeration
{
    private readonly TaskCompletionSource _aborted = new();
    private Task<bool>? _moveNext;
    private bool _wasAsked = true;
    private bool _isWaiting;

    public bool IsForgotten()
    {
        var wasAsked = _wasAsked || _isWaiting;
        _wasAsked = false;
        return !wasAsked;
    }

    public void Abort() => _aborted.TrySetResult();

    /// <summary>Takes what is there, up to a batch; waits for one element when nothing is.</summary>
    /// <param name="patience">How long to wait before a heartbeat.</param>
    public async Task<EnumerationStep<T>> StepAsync(TimeSpan patience)
    {
        _wasAsked = true;
        var elements = new List<T>();
        while (elements.Count < batchMax)
        {
            _moveNext ??= enumerator.MoveNextAsync().AsTask();
            if (!_moveNext.IsCompleted && (elements.Count > 0 || !await WaitAsync(_moveNext, patience)))
            {
                break;
            }

            var moved = await _moveNext;
            _moveNext = null;
            if (!moved)
            {
                return new(EnumerationStatus.Completed, [.. elements]);
            }

            elements.Add(enumerator.Current);
        }

        return elements.Count > 0 ? new(EnumerationStatus.Elements, [.. elements])
            : _aborted.Task.IsCompleted ? new(EnumerationStatus.Missing, [])
            : new(EnumerationStatus.Heartbeat, []);
    }

    public async Task EndAsync()
    {
        Abort();
        try
        {
            cancellation.Cancel();
        }
        catch (Exception exception)
        {
            ActivationLog.EnumerationFailedToEnd(activation.Silo.Logger, exception, activation.GrainId);
        }

        // A method that ignores its token is left behind, and disposed when it comes to its next element.
        await DisposeAsync().WaitAsync(activation.Silo.ResponseTimeout, activation.Silo.TimeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (_moveNext is { } pending)
            {
                await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            await enumerator.DisposeAsync();
        }
        catch (Exception exception)
        {
            ActivationLog.EnumerationFailedToEnd(activation.Silo.Logger, exception, activation.GrainId);
        }
    }

    private async Task<bool> WaitAsync(Task moveNext, TimeSpan patience)
    {
        _isWaiting = true;
        using var timeout = new CancellationTokenSource(patience, activation.Silo.TimeProvider);
        await ((Task)Task.WhenAny(moveNext, _aborted.Task)).WaitAsync(timeout.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _isWaiting = false;
        _wasAsked = true;
        return moveNext.IsCompleted;
    }
}
