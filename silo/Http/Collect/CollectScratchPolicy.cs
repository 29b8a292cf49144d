using Analytics.Grains.Configuration;
using Microsoft.Extensions.ObjectPool;

namespace Analytics.Silo.Http.Collect;

/// <summary>Makes scratches for the pool, and lets go of those that have grown large.</summary>
internal sealed class CollectScratchPolicy(LimitsOptions limits) : PooledObjectPolicy<CollectScratch>
{
    /// <inheritdoc />
    public override CollectScratch Create() => new(limits);

    /// <inheritdoc />
    public override bool Return(CollectScratch obj) => obj.TryReset();
}
