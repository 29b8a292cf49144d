using Analytics.Grains.Configuration;
using Analytics.Silo.Hosting;
using Analytics.Silo.Hosting.Telemetry;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Health;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Configuration;

/// <summary>Section <c>Analytics</c>: every setting of the server. Read once at start-up by <see cref="SettingsReader"/>, never changed after.</summary>
public sealed record AnalyticsOptions
{
    /// <summary>Name of the section.</summary>
    public const string SectionName = "Analytics";

    /// <summary>Directory of the log and of the embedded engine; made when it is missing. Relative paths start at the working directory.</summary>
    public string DataDirectory { get; init; } = "./data";

    /// <summary>The log that holds events until their rows are durable.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>The topics of a log that is Kafka.</summary>
    public KafkaOptions Kafka { get; init; } = new();

    /// <summary>When buffered rows become an insert.</summary>
    public FlushOptions Flush { get; init; } = new();

    /// <summary>What one input may be.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>Where the tables are.</summary>
    public ClickHouseOptions ClickHouse { get; init; } = new();

    /// <summary>The database that several silos meet in, and that views write to which have PostgreSQL among their sinks.</summary>
    public PostgresOptions Postgres { get; init; } = new();

    /// <summary>The HTTP server.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>What one metric's actor may hold.</summary>
    public MetricOptions Metrics { get; init; } = new();

    /// <summary>How alerts are judged and told.</summary>
    public AlertOptions Alerts { get; init; } = new();

    /// <summary>How much of the log is read ahead.</summary>
    public IngestOptions Ingest { get; init; } = new();

    /// <summary>How this silo finds itself and others.</summary>
    public OrleansOptions Orleans { get; init; } = new();

    /// <summary>What is told of the process, and to whom.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>When this silo is ready.</summary>
    public HealthOptions Health { get; init; } = new();
}
