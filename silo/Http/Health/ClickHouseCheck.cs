using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Http.Health;

/// <summary>The engine answers.</summary>
internal sealed class ClickHouseCheck(IClickHouse clickHouse) : IReadinessCheck
{
    /// <inheritdoc />
    public string Name => "clickhouse";

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) => clickHouse.QueryAsync("SELECT 1", "TSV", null, cancellationToken);
}
