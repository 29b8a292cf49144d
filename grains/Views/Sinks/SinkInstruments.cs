using System.Diagnostics.Metrics;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>What the sinks of all views do, meter <c>Analytics.Views</c>. No tags that name a view: there may be thousands.</summary>
public sealed class SinkInstruments : IDisposable
{
    private static readonly KeyValuePair<string, object?> OfClickHouse = new("sink", ViewSink.NameOf(ViewSinkKind.ClickHouse));
    private static readonly KeyValuePair<string, object?> OfPostgres = new("sink", ViewSink.NameOf(ViewSinkKind.Postgres));

    private readonly Meter _meter = new("Analytics.Views");
    private readonly Counter<long> _windows;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _missed;
    private readonly UpDownCounter<long> _failing;

    /// <summary>Makes the instruments.</summary>
    public SinkInstruments()
    {
        _windows = _meter.CreateCounter<long>("analytics.views.sink.windows", "{window}", "Closed windows written.");
        _rows = _meter.CreateCounter<long>("analytics.views.sink.rows", "{row}", "Rows of closed windows written.");
        _failures = _meter.CreateCounter<long>("analytics.views.sink.failures", "{attempt}", "Attempts to read or write a sink that failed; each is repeated.");
        _missed = _meter.CreateCounter<long>("analytics.views.sink.missed", "{row}", "Rows that reached the log after windows of theirs had been written.");
        _failing = _meter.CreateUpDownCounter<long>("analytics.views.sink.failing", "{sink}", "Sinks whose last attempt failed.");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    /// <summary>Windows were written.</summary>
    internal void Written(ViewSinkKind kind, int windows, int rows)
    {
        _windows.Add(windows, Tag(kind));
        _rows.Add(rows, Tag(kind));
    }

    /// <summary>An attempt failed, the first after some that did not or a further one.</summary>
    internal void Failed(ViewSinkKind kind, bool isFirst)
    {
        _failures.Add(1, Tag(kind));
        _failing.Add(isFirst ? 1 : 0, Tag(kind));
    }

    /// <summary>A sink whose last attempt had failed is well again, or is no more.</summary>
    internal void Recovered(ViewSinkKind kind) => _failing.Add(-1, Tag(kind));

    /// <summary>Rows came after their windows had been written.</summary>
    internal void Missed(long rows) => _missed.Add(rows);

    private static KeyValuePair<string, object?> Tag(ViewSinkKind kind) => kind == ViewSinkKind.ClickHouse ? OfClickHouse : OfPostgres;
}
