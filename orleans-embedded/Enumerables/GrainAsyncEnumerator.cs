namespace Orleans.Runtime;

/// <summary>The caller's side of an enumeration: asks the grain for one step after the other.</summary>
internal sealed class GrainAsyncEnumerator<T> : IAsyncEnumerator<T>
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly GrainMethod _method;
    private readonly GrainReference _target;
    private readonly object?[] _arguments;
    private readonly int _batchMax;
    private readonly CancellationTokenSource _cancellation;
    private EnumerationStep<T> _step = new(EnumerationStatus.Elements, []);
    private int _index = -1;
    private bool _isStarted;
    private bool _isDisposed;

    public GrainAsyncEnumerator(GrainMethod method, GrainReference target, object?[] arguments, int batchMax, CancellationToken token)
    {
        _method = method;
        _target = target;
        _arguments = arguments;
        _batchMax = batchMax;
        var argumentToken = method.TokenIndex >= 0 ? (CancellationToken)arguments[method.TokenIndex]! : default;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(token, argumentToken);
    }

    public T Current => _index >= 0 && _index < _step.Elements.Length
        ? _step.Elements[_index]
        : throw new InvalidOperationException("The enumeration is not at an element: call MoveNextAsync first.");

    public async ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (++_index < _step.Elements.Length)
        {
            return true;
        }

        if (_step.Status == EnumerationStatus.Completed)
        {
            return false;
        }

        try
        {
            do
            {
                _step = await AskAsync();
            }
            while (_step.Status == EnumerationStatus.Heartbeat);
        }
        catch
        {
            await EndAsync();
            throw;
        }

        if (_step.Status is EnumerationStatus.Completed or EnumerationStatus.Missing)
        {
            // The grain has ended it already.
            _isStarted = false;
        }

        if (_step.Status == EnumerationStatus.Missing)
        {
            throw new EnumerationAbortedException(
                $"Enumeration aborted: {_target.GrainId} does not have it any more. It was deactivated, or nobody asked for an element for too long.");
        }

        _index = 0;
        return _step.Elements.Length > 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await EndAsync();
            _cancellation.Dispose();
        }
    }

    private Task<EnumerationStep<T>> AskAsync()
    {
        _cancellation.Token.ThrowIfCancellationRequested();
        var isFirst = !_isStarted;
        _isStarted = true;
        return SendAsync(target => StepAsync((Activation)target, isFirst)).WaitAsync(_cancellation.Token);
    }

    private Task<EnumerationStep<T>> StepAsync(Activation activation, bool isFirst)
    {
        if (isFirst)
        {
            Open(activation);
        }

        return activation.FindEnumeration(_id) is Enumeration<T> enumeration
            ? FinishStepAsync(activation, enumeration)
            : Task.FromResult(new EnumerationStep<T>(EnumerationStatus.Missing, []));
    }

    private async Task<EnumerationStep<T>> FinishStepAsync(Activation activation, Enumeration<T> enumeration)
    {
        EnumerationStep<T> step;
        try
        {
            // Half the timeout: the answer comes before the caller gives up on it.
            step = await enumeration.StepAsync(activation.Silo.TimeoutOf(_method) / 2);
        }
        catch
        {
            await activation.EndEnumerationAsync(_id);
            throw;
        }

        if (step.Status == EnumerationStatus.Completed)
        {
            await activation.EndEnumerationAsync(_id);
        }

        return step;
    }

    private void Open(Activation activation)
    {
        // The method gets a token of its own, cancelled in the grain's turns when the enumeration ends.
        var cancellation = new CancellationTokenSource();
        var arguments = (object?[])_arguments.Clone();
        if (_method.TokenIndex >= 0)
        {
            arguments[_method.TokenIndex] = cancellation.Token;
        }

        var enumerable = (IAsyncEnumerable<T>)_method.Invoke(activation.GrainInstance!, arguments);
        activation.AddEnumeration(
            _id, new Enumeration<T>(activation, enumerable.GetAsyncEnumerator(cancellation.Token), cancellation, _batchMax));
    }

    private async Task EndAsync()
    {
        var mustTellGrain = _isStarted && _target.Silo.IsActivated(_target.GrainId);
        _isStarted = false;
        _step = new(EnumerationStatus.Completed, []);
        if (!mustTellGrain)
        {
            return;
        }

        Task end = SendAsync(async target =>
        {
            await ((Activation)target).EndEnumerationAsync(_id);
            return true;
        });
        await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private Task<TResult> SendAsync<TResult>(Func<ICallTarget, Task<TResult>> function)
    {
        var call = new InternalCall<TResult>(function, $"{_target.GrainId} {_method.Name}")
        {
            IsAlwaysInterleave = true,
            Deadline = _target.Silo.DeadlineOf(_method),
        };
        _target.Silo.Send(_target.GrainId, call);
        return call.Response;
    }
}
