using System.Diagnostics.Metrics;
using Analytics.Grains.Telemetry;
using System.Globalization;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>What is asked of the served engine, meter <c>Analytics.ClickHouseServer</c>.</summary>
internal sealed class ServerInstruments : IDisposable
{
    private readonly Meter _meter = new("Analytics.ClickHouseServer");
    private readonly Counter<long> _requests;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _rowsWritten;
    private readonly Histogram<double> _duration;
    private int _active;

    /// <summary>Makes the instruments; gauges ask whenever somebody looks.</summary>
    /// <param name="waitingCount">Statements that wait for a thread.</param>
    /// <param name="sessionCount">Sessions.</param>
    public ServerInstruments(Func<int> waitingCount, Func<int> sessionCount)
    {
        _requests = _meter.CreateCounter<long>("analytics.clickhouse_server.requests", "{request}", "Served requests with a query.");
        _errors = _meter.CreateCounter<long>("analytics.clickhouse_server.errors", "{request}", "Served requests that failed, by ClickHouse's error code.");
        _rowsWritten = _meter.CreateCounter<long>("analytics.clickhouse_server.rows_written", "{row}", "Rows that served requests have written.");
        _duration = _meter.CreateHistogram<double>(
            "analytics.clickhouse_server.duration", Durations.Unit, "From a request's head to the end of its answer.", tags: null, Durations.Work);
        _meter.CreateObservableGauge("analytics.clickhouse_server.active", () => Volatile.Read(ref _active), "{request}", "Served requests now, running and waiting.");
        _meter.CreateObservableGauge("analytics.clickhouse_server.waiting", waitingCount, "{request}", "Served statements that wait for a connection.");
        _meter.CreateObservableGauge("analytics.clickhouse_server.sessions", sessionCount, "{session}", "Sessions kept for clients.");
    }

    /// <summary>Counts a request in; how many there are now.</summary>
    public int Begin()
    {
        _requests.Add(1);
        return Interlocked.Increment(ref _active);
    }

    /// <summary>Counts a request out.</summary>
    public void End(TimeSpan duration)
    {
        Interlocked.Decrement(ref _active);
        _duration.Record(duration.TotalSeconds);
    }

    /// <summary>A request failed.</summary>
    public void Failed(int code) => _errors.Add(1, new KeyValuePair<string, object?>("code", code.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A request has written rows.</summary>
    public void Written(ulong rows) => _rowsWritten.Add((long)rows);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
