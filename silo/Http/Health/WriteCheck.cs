using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Silo.Http.Health;

/// <summary>
/// ClickHouse takes inserts. An insert of events that succeeded lately is proof; without one a row of <c>analytics.state</c> is written, the same one each time.
/// </summary>
/// <param name="clickHouse">The engine.</param>
/// <param name="inserts">Knows how many have succeeded.</param>
/// <param name="options">How long one counts.</param>
/// <param name="time">The clock.</param>
internal sealed class WriteCheck(IClickHouse clickHouse, InsertScheduler inserts, HealthOptions options, TimeProvider time) : IReadinessCheck
{
    // Its own name, so that no two silos write the same row; the state of no actor is called so.
    private static readonly string Row = $"('health', {SqlText.Literal(Environment.MachineName)}, '', toUnixTimestamp64Milli(now64(3)), now64(3, 'UTC'))";

    private readonly Lock _gate = new();
    private long _insertsSeen;
    private long _provenAt;
    private bool _isProven;

    /// <inheritdoc />
    public string Name => "inserts";

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!IsProven())
        {
            await clickHouse.ExecuteAsync(
                $"INSERT INTO {SystemTables.Database}.{SystemTables.State} SETTINGS async_insert = 0 VALUES {Row}", cancellationToken);
            Prove();
        }
    }

    private bool IsProven()
    {
        lock (_gate)
        {
            if (inserts.InsertsTotal > _insertsSeen)
            {
                _insertsSeen = inserts.InsertsTotal;
                Prove();
            }

            return _isProven && time.GetElapsedTime(_provenAt) < TimeSpan.FromSeconds(options.WriteSeconds);
        }
    }

    private void Prove()
    {
        lock (_gate)
        {
            _isProven = true;
            _provenAt = time.GetTimestamp();
        }
    }
}
