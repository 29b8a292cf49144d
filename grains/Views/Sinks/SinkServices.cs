using Analytics.Grains.ClickHouse;
using Npgsql;

namespace Analytics.Grains.Views.Sinks;

/// <summary>What the sinks of all views share.</summary>
/// <param name="Log">How far the tables are behind the log.</param>
/// <param name="Instruments">What is counted.</param>
internal sealed record SinkServices(ILogProgress Log, SinkInstruments Instruments)
{
    /// <summary>Where PostgreSQL is; <see langword="null"/> when no view may write there.</summary>
    public NpgsqlDataSource? Postgres { get; init; }

    /// <summary>Opens a sink of a view, by project, metric and view, where it is not one of ours.</summary>
    public Func<string, string, string, GrainInterfaces.Views.ViewSink, IViewSink>? Open { get; init; }

    /// <summary>Opens a sink.</summary>
    public IViewSink OpenSink(IClickHouse clickHouse, InsertScheduler inserts, string project, string metric, string view, GrainInterfaces.Views.ViewSink sink) =>
        Open?.Invoke(project, metric, view, sink)
        ?? (sink.Kind == GrainInterfaces.Views.ViewSinkKind.ClickHouse
            ? new ClickHouseSink(clickHouse, inserts, project, metric, view)
            : new PostgresSink(Postgres ?? throw new SinkException("Analytics:Postgres:ConnectionString is not set."), sink, project, metric, view));
}
