using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans;

namespace Analytics.Tests.Simulation;

/// <summary>A grain factory that knows ledgers (keys are numbers) and metrics; its other members nobody here calls.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy is a class derived from this one.")]
internal class SimGrains : DispatchProxy
{
    private SimCluster _cluster = null!;
    private SimDomain _caller = null!;

    internal static IGrainFactory Of(SimCluster cluster, SimDomain caller)
    {
        var factory = Create<IGrainFactory, SimGrains>();
        ((SimGrains)(object)factory)._cluster = cluster;
        ((SimGrains)(object)factory)._caller = caller;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name != nameof(IGrainFactory.GetGrain) || args is not [string key, ..] ? throw new NotSupportedException(targetMethod?.Name)
        : int.TryParse(key, out var partition) ? new SimLedgerCall(_cluster, _caller, partition)
        : new SimMetricCall(_cluster, key);
}
