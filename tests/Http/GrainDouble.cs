using System.Reflection;

namespace Analytics.Tests.Http;

/// <summary>A grain without a class: the runtime must not find further implementations of grain interfaces in the tests.</summary>
public class GrainDouble : DispatchProxy
{
    private Func<string, object?[], object?> _answer = (_, _) => null;

    /// <summary>Makes a grain whose methods answer as told, by name.</summary>
    internal static TGrain Of<TGrain>(Func<string, object?[], object?> answer)
        where TGrain : class
    {
        var grain = Create<TGrain, GrainDouble>();
        ((GrainDouble)(object)grain)._answer = answer;
        return grain;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args ?? []);
}
