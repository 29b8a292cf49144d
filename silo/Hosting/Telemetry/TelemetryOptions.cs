namespace Analytics.Silo.Hosting.Telemetry;

/// <summary><c>Analytics:Telemetry</c>: what is told of the process, and to whom. Prometheus text at <c>/metrics</c> is always there.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Where traces, metrics and logs are sent by the OpenTelemetry protocol.</summary>
    public OtlpOptions Otlp { get; init; } = new();

    /// <summary>Of a million requests, those whose way is traced when their sender has not decided, 0-1,000,000. A traced body costs some twenty microseconds in all;
    /// one of a hundred is nothing, and shows where the time goes. <c>OTEL_TRACES_SAMPLER</c> wins.</summary>
    public int TracedPerMillion { get; init; } = 10_000;

    /// <summary><c>None</c>, <c>Project</c> or <c>Metric</c>: which names the counters of rows carry as labels. Thousands of metrics are thousands of series in whatever
    /// stores them, so none do unless asked to.</summary>
    public string Labels { get; init; } = "None";
}
