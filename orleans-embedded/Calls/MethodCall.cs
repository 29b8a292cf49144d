namespace Orleans.Runtime;

/// <summary>A call of an interface method.</summary>
internal sealed class MethodCall<T>(GrainMethod method, GrainReference reference, object?[] arguments) : Call<T>
{
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _registration;

    /// <summary>A one-way call has no caller, so nobody can give up on it.</summary>
    public override bool IsAbandoned => !method.IsOneWay && base.IsAbandoned;

    /// <summary>Gives the work a token of its own, which is cancelled in the target's turns. The caller does not wait for that.</summary>
    public void LinkToken(CancellationToken callerToken)
    {
        _cancellation = new CancellationTokenSource();
        arguments[method.TokenIndex] = _cancellation.Token;
        _registration = callerToken.UnsafeRegister(
            static (state, token) =>
            {
                var call = (MethodCall<T>)state!;
                call.TryCancel(token);
                call.CancelWork();
            },
            this);
    }

    public override Task InvokeAsync(ICallTarget target) => (Task)method.Invoke(target.Instance!, arguments);

    public override void Complete(Task task)
    {
        _registration.Dispose();
        if (task.IsFaulted && (method.IsOneWay || IsAbandoned))
        {
            CallLog.FailedUnheard(reference.Silo.Logger, task.Exception.InnerException!, ToString());
        }

        if (!method.IsOneWay)
        {
            base.Complete(task);
        }
    }

    public override void TimeOut()
    {
        Fail(new TimeoutException($"Response did not arrive on time in {reference.Silo.TimeoutOf(method)} for message: {this}."));
        if (reference.Silo.MessagingOptions.CancelRequestOnTimeout)
        {
            CancelWork();
        }
    }

    public override string ToString() => $"{reference.GrainId} {method.Name}";

    private void CancelWork()
    {
        if (_cancellation is not { } cancellation)
        {
            return;
        }

        if (Target is { } target)
        {
            target.Scheduler.Queue(cancellation.Cancel);
        }
        else
        {
            cancellation.Cancel();
        }
    }
}
