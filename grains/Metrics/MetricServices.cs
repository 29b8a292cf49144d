using Analytics.Grains.Alerts;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics.Activities;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;
using Analytics.Grains.Views.Sinks;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>What every metric's pipeline shares: one per silo.</summary>
/// <param name="ClickHouse">The engine.</param>
/// <param name="Inserts">The server's insert budget.</param>
/// <param name="Flush">When rows become an insert.</param>
/// <param name="Metrics">What a metric may hold.</param>
/// <param name="Limits">What a table may have.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where warnings go.</param>
/// <param name="Instruments">What is counted.</param>
public sealed record MetricServices(
    IClickHouse ClickHouse,
    InsertScheduler Inserts,
    FlushOptions Flush,
    MetricOptions Metrics,
    LimitsOptions Limits,
    TimeProvider Time,
    ILoggerFactory Loggers,
    MetricInstruments Instruments)
{
    /// <summary>Bytes of events held in this process.</summary>
    public HeldMemory Memory { get; init; } = new(long.MaxValue);

    /// <summary>Whether other processes have actors of metrics too. One that begins where another ended, or was moved from, may have read its table before an insert of that one was there.</summary>
    public bool IsOneOfMany { get; init; }

    /// <summary>What each metric counted last.</summary>
    public MetricActivities Activities { get; init; } = new();

    /// <summary>Where rows go that their tables refuse; without it their blocks are tried again until the tables take them.</summary>
    public IRefusedRows? RefusedRows { get; init; }

    /// <summary>What alerts need; without it there are none.</summary>
    internal AlertServices? Alerts { get; init; }

    /// <summary>Decides jitter.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>What the sinks of views share; without it views have none.</summary>
    internal SinkServices? Sinks { get; init; }

    /// <summary>What the metrics keep beside their tables.</summary>
    internal MetricStateStore States { get; init; } = new(ClickHouse, Time);

    /// <summary>Takes the columns of all tables.</summary>
    internal TableCatalog Tables { get; init; } = new(ClickHouse, Time);

    /// <summary>Fields that no dictionary pays for.</summary>
    internal ManyTexts ManyTexts { get; } = new(ClickHouse, Time, Loggers.CreateLogger<ManyTexts>());

    /// <summary>Opens the store of a metric, by project and metric, where it is not a table of <see cref="ClickHouse"/>.</summary>
    internal Func<string, string, IMetricStore>? Stores { get; init; }

    /// <summary>The store of a metric.</summary>
    internal IMetricStore OpenStore(string project, string metric) =>
        Stores?.Invoke(project, metric) ?? new MetricStore(this, project, metric);
}
