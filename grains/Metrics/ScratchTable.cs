using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>A scratch table in the system database. Views attached to the model are not attached to it.</summary>
internal sealed class ScratchTable : IScratchTable
{
    /// <summary>What their names begin with.</summary>
    public const string NamePrefix = "refusal_search_";

    private readonly IClickHouse _clickHouse;
    private readonly string _name;

    private ScratchTable(IClickHouse clickHouse, string name)
    {
        _clickHouse = clickHouse;
        _name = name;
    }

    /// <summary>Makes one.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="model">The table that it is to be like.</param>
    /// <param name="kind">How much like it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ClickHouseException">It could not be made.</exception>
    public static async Task<ScratchTable> CreateAsync(IClickHouse clickHouse, TablePlace model, ScratchKind kind, CancellationToken cancellationToken)
    {
        // Two activations of a metric may search at the same time; one name a search keeps them apart.
        var table = new ScratchTable(clickHouse, NamePrefix + Guid.NewGuid().ToString("N"));
        await clickHouse.ExecuteAsync(
            model.CreateCopy(SqlText.Table(SystemTables.Database, table._name), kind == ScratchKind.Whole ? null : "Null"), cancellationToken);
        return table;
    }

    /// <summary>Drops what a process that ended amid a search has left.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="ageMin">Younger ones stay: another process may be at a search. Zero at the start of the only process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task DropLeftoversAsync(IClickHouse clickHouse, TimeSpan ageMin, CancellationToken cancellationToken)
    {
        var leftovers = await clickHouse.ReadRowsAsync(
            $"SELECT name FROM system.tables WHERE database = {SqlText.Literal(SystemTables.Database)} AND startsWith(name, {SqlText.Literal(NamePrefix)}) "
            + $"AND metadata_modification_time <= now() - {(long)ageMin.TotalSeconds}",
            null, cancellationToken);
        foreach (var leftover in leftovers)
        {
            await new ScratchTable(clickHouse, leftover[0]!).DropAsync();
        }
    }

    /// <inheritdoc />
    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) =>
        BlockEncoding.InsertAsync(block, SystemTables.Database, _name, turn, cancellationToken);

    /// <inheritdoc />
    /// <remarks>Not SYNC: a connection whose insert was refused keeps hold of the table until its next statement, and that would be waited for.</remarks>
    public Task DropAsync() => _clickHouse.ExecuteAsync($"DROP TABLE IF EXISTS {SqlText.Table(SystemTables.Database, _name)}");
}
