using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What a call needs to know of an interface method; made once a method.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Methods = new();

    private GrainMethod(MethodInfo method)
    {
        var result = method.ReturnType;
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute)) || result == typeof(void);
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        TokenIndex = Array.FindLastIndex(method.GetParameters(), p => p.ParameterType == typeof(CancellationToken));
        Invoke = CompileInvoke(method);
        Shape = CallShape.Of(method);
    }

    public string Name { get; }

    public bool IsAlwaysInterleave { get; }

    public bool IsReadOnly { get; }

    public bool IsOneWay { get; }

    /// <summary>How long callers wait, if not as long as for other methods.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Index of the <see cref="CancellationToken"/> parameter, -1 when there is none.</summary>
    public int TokenIndex { get; }

    /// <summary>Calls the method of an object: a <see cref="Task"/>, or an asynchronous enumerable.</summary>
    public Func<object, object?[], object> Invoke { get; }

    /// <summary>Sends a call and returns what the method's caller expects.</summary>
    public CallShape Shape { get; }

    public static GrainMethod Of(MethodInfo method) => Methods.GetOrAdd(method, static m => new GrainMethod(m));

    private static Func<object, object?[], object> CompileInvoke(MethodInfo method)
    {
        var instance = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var values = method.GetParameters().Select((p, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType));
        Expression call = Expression.Call(Expression.Convert(instance, method.DeclaringType!), method, values);
        if (method.ReturnType == typeof(void))
        {
            call = Expression.Block(call, Expression.Constant(Task.CompletedTask));
        }
        else if (method.ReturnType.IsValueType)
        {
            call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        }

        return Expression.Lambda<Func<object, object?[], object>>(Expression.Convert(call, typeof(object)), instance, arguments).Compile();
    }
}
