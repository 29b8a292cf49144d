using System.Diagnostics.Metrics;
using System.Globalization;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Http.Telemetry;

/// <summary>
/// How many parts the tables have, meter <c>Analytics.ClickHouse</c>. ClickHouse is asked when somebody looks and the last answer is old, and not by way of
/// <c>system.parts</c>: that would load every table. What is shown is the answer before.
/// </summary>
internal sealed class TableParts : IDisposable
{
    /// <summary>Age from which on an answer is old: about as often as metrics are read.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    private const string Sql = "SELECT toString(value) FROM system.metrics WHERE metric = 'PartsActive'";

    private readonly Meter _meter = new("Analytics.ClickHouse");
    private readonly IClickHouse _clickHouse;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;
    private long? _parts;

    /// <summary>Makes the gauge.</summary>
    /// <param name="clickHouse">The engine or server that is asked; of a cluster, the one that answers.</param>
    /// <param name="time">The clock.</param>
    public TableParts(IClickHouse clickHouse, TimeProvider time)
    {
        _clickHouse = clickHouse;
        _time = time;
        _meter.CreateObservableGauge("analytics.clickhouse.parts", Observe, "{part}", "Active parts of all tables.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Observe()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted && (_askedAt is not { } asked || _time.GetElapsedTime(asked) >= AgeMax))
            {
                _askedAt = _time.GetTimestamp();
                _asking = Task.Run(AskAsync);
            }

            return _parts is { } parts ? [new Measurement<long>(parts)] : [];
        }
    }

    private async Task AskAsync()
    {
        long? parts = null;
        try
        {
            var rows = await _clickHouse.ReadRowsAsync(Sql, null, CancellationToken.None);
            parts = rows.Count > 0 ? long.Parse(rows[0][0]!, CultureInfo.InvariantCulture) : null;
        }
        catch (ClickHouseException)
        {
            // Away: there is no number then, and readiness says why.
        }

        lock (_gate)
        {
            _parts = parts;
        }
    }
}
