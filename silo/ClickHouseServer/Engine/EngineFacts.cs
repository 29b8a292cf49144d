using System.Collections.Frozen;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>What the engine says of itself; it does not change while it runs.</summary>
/// <param name="Version">Its version, for example <c>26.7.3.1</c>.</param>
/// <param name="Timezone">The zone of times without one.</param>
/// <param name="Settings">The names of its settings.</param>
internal sealed record EngineFacts(string Version, string Timezone, FrozenSet<string> Settings)
{
    /// <summary>Asks the engine.</summary>
    /// <exception cref="ClickHouseException">It does not answer.</exception>
    public static async Task<EngineFacts> ReadAsync(IClickHouse clickHouse, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync("SELECT version(), timezone()", null, cancellationToken);
        var names = await clickHouse.ReadRowsAsync("SELECT name FROM system.settings", null, cancellationToken);
        return new EngineFacts(rows[0][0]!, rows[0][1]!, names.Select(row => row[0]!).ToFrozenSet(StringComparer.Ordinal));
    }
}
