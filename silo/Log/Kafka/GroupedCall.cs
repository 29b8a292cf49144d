namespace Analytics.Silo.Log.Kafka;

/// <summary>
/// Calls that wait for the network, made for everybody who asks meanwhile: one at a time, on a thread of its own, each for all that came since the
/// one before began.
/// </summary>
/// <typeparam name="TAnswer">What a call gives.</typeparam>
/// <param name="call">Blocks; may throw.</param>
internal sealed class GroupedCall<TAnswer>(Func<TAnswer> call)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<TAnswer>? _waiting;
    private bool _isCalling;

    /// <summary>The answer of a call that begins now or later.</summary>
    public Task<TAnswer> RunAsync()
    {
        lock (_gate)
        {
            _waiting ??= new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            var answer = _waiting.Task;
            if (!_isCalling)
            {
                _isCalling = true;
                _ = Task.Factory.StartNew(CallAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            return answer;
        }
    }

    private void CallAll()
    {
        while (true)
        {
            TaskCompletionSource<TAnswer> waiting;
            lock (_gate)
            {
                if (_waiting is null)
                {
                    _isCalling = false;
                    return;
                }

                waiting = _waiting;
                _waiting = null;
            }

            try
            {
                waiting.SetResult(call());
            }
            catch (Exception e)
            {
                waiting.SetException(e);
            }
        }
    }
}
