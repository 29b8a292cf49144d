using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics;

namespace Analytics.Tests.Simulation;

/// <summary>A scratch table: refuses what the table refuses and keeps nothing.</summary>
internal sealed class SimScratch(SimDatabase database, SimDomain silo, string key) : IScratchTable
{
    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) => silo.CallAsync(() => database.RunAsync(
        () =>
        {
            SimTable.Check(block);
            return 0;
        },
        $"{key} tries {block.RowCount} rows"));

    public Task DropAsync() => silo.CallAsync(() => database.RunAsync(() => 0, $"{key} drops its scratch table"));
}
