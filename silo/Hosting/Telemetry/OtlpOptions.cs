namespace Analytics.Silo.Hosting.Telemetry;

/// <summary><c>Analytics:Telemetry:Otlp</c>: the receiver of the OpenTelemetry protocol. The standard variables (<c>OTEL_EXPORTER_OTLP_…</c>) do the same; what is given here wins.</summary>
public sealed record OtlpOptions
{
    /// <summary>Address of the receiver, without a path. Nothing is sent, and nothing of it costs anything, while there is none here nor in <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary><c>HttpProtobuf</c> (port 4318 as a rule) or <c>Grpc</c> (4317).</summary>
    public string Protocol { get; init; } = "HttpProtobuf";

    /// <summary>Headers of every request, <c>name=value</c> separated by commas: a receiver's key. Never shown in messages.</summary>
    public string? Headers { get; init; }

    /// <summary><c>On</c> or <c>Off</c>: whether metrics are sent. Off where Prometheus reads <c>/metrics</c> already.</summary>
    public string Metrics { get; init; } = "On";

    /// <summary><c>On</c> or <c>Off</c>: whether log lines are sent, with the ids of the trace they belong to.</summary>
    public string Logs { get; init; } = "On";
}
