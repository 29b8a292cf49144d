namespace Orleans.Runtime;

/// <summary>A request whose caller waits for a result.</summary>
internal abstract class Call<T> : Request
{
    // Callers continue where they are at home (their activation, or the pool), never inside the callee's turn.
    private readonly TaskCompletionSource<T> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the caller awaits.</summary>
    public Task<T> Response => _response.Task;

    public override bool IsAbandoned => _response.Task.IsCompleted;

    public override void Complete(Task task)
    {
        if (task is Task<T> typed)
        {
            _response.TrySetFromTask(typed);
        }
        else if (task.IsFaulted)
        {
            _response.TrySetException(task.Exception.InnerExceptions);
        }
        else if (task.IsCanceled)
        {
            _response.TrySetCanceled(new TaskCanceledException(task).CancellationToken);
        }
        else
        {
            _response.TrySetResult(default!);
        }
    }

    public override void Fail(Exception exception) => _response.TrySetException(exception);

    protected bool TryCancel(CancellationToken token) => _response.TrySetCanceled(token);
}

/// <summary>A call of the runtime itself: a delegate that runs in the target's turns.</summary>
internal sealed class InternalCall<T>(Func<ICallTarget, Task> function, string name) : Call<T>
{
    public override Task InvokeAsync(ICallTarget target) => function(target);

    public override void TimeOut() => Fail(new TimeoutException($"Response did not arrive on time for message: {name}."));

    public override string ToString() => name;
}
