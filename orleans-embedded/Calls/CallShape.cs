using System.Reflection;

namespace Orleans.Runtime;

/// <summary>How calls of methods with one kind of return type are sent.</summary>
internal abstract class CallShape
{
    /// <summary>Sends a call and returns what its caller expects.</summary>
    public abstract object? Send(GrainMethod method, GrainReference target, object?[] arguments);

    /// <summary>The shape for a method.</summary>
    /// <exception cref="NotSupportedException">The return type is none that a grain method may have.</exception>
    public static CallShape Of(MethodInfo method)
    {
        var result = method.ReturnType;
        if (result == typeof(Task) || result == typeof(void))
        {
            return new TaskShape<object?>();
        }

        if (result == typeof(ValueTask))
        {
            return new ValueTaskShape();
        }

        var definition = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        var shape = definition == typeof(Task<>) ? typeof(TaskShape<>)
            : definition == typeof(ValueTask<>) ? typeof(ValueTaskShape<>)
            : definition == typeof(IAsyncEnumerable<>) ? typeof(AsyncEnumerableShape<>)
            : throw new NotSupportedException($"{method.DeclaringType}.{method.Name} returns {result}: grain methods return a Task, a ValueTask or an IAsyncEnumerable.");
        return (CallShape)Activator.CreateInstance(shape.MakeGenericType(result.GetGenericArguments()))!;
    }

    protected static Task<T> SendCall<T>(GrainMethod method, GrainReference target, object?[] arguments)
    {
        var token = method.TokenIndex >= 0 ? (CancellationToken)arguments[method.TokenIndex]! : default;
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(token);
        }

        var call = new MethodCall<T>(method, target, arguments)
        {
            IsAlwaysInterleave = method.IsAlwaysInterleave,
            IsReadOnly = method.IsReadOnly,
            Deadline = method.IsOneWay ? long.MaxValue : target.Silo.DeadlineOf(method),
        };
        if (token.CanBeCanceled)
        {
            call.LinkToken(token);
        }

        if (method.IsOneWay)
        {
            target.Silo.SendOneWay(target.GrainId, call);
            return Task.FromResult<T>(default!);
        }

        target.Silo.Send(target.GrainId, call);
        return call.Response;
    }

    private sealed class TaskShape<T> : CallShape
    {
        public override object? Send(GrainMethod method, GrainReference target, object?[] arguments) => SendCall<T>(method, target, arguments);
    }

    private sealed class ValueTaskShape : CallShape
    {
        public override object? Send(GrainMethod method, GrainReference target, object?[] arguments)
            => new ValueTask(SendCall<object?>(method, target, arguments));
    }

    private sealed class ValueTaskShape<T> : CallShape
    {
        public override object? Send(GrainMethod method, GrainReference target, object?[] arguments)
            => new ValueTask<T>(SendCall<T>(method, target, arguments));
    }

    private sealed class AsyncEnumerableShape<T> : CallShape
    {
        public override object? Send(GrainMethod method, GrainReference target, object?[] arguments)
            => new GrainAsyncEnumerable<T>(method, target, arguments);
    }
}
