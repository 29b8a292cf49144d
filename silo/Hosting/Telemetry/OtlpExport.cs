using Analytics.Grains.Telemetry;
using Analytics.Silo.Http.Telemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Analytics.Silo.Hosting.Telemetry;

/// <summary>Sends traces, metrics and logs by the OpenTelemetry protocol, where a receiver is configured. Otherwise nothing of it is made.</summary>
internal static class OtlpExport
{
    /// <summary>The service's name, unless <c>OTEL_SERVICE_NAME</c> gives another.</summary>
    public const string ServiceName = "analytics";

    // Probes and scrapes come all the time and tell nothing.
    private static readonly string[] NotTraced = ["/healthz", "/livez", "/readyz", "/startupz", "/metrics"];

    /// <summary>Adds what is configured.</summary>
    /// <returns>Whether anything is sent.</returns>
    public static bool AddOtlpExport(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        builder.Configuration.AddInMemoryCollection(OtlpVariables.Of(options.Otlp, builder.Configuration));
        if (!OtlpVariables.AreOn(builder.Configuration))
        {
            return false;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(Describe).WithTracing(tracing => AddTraces(tracing, options, builder.Configuration));
        if (options.Otlp.Metrics == "On")
        {
            telemetry.WithMetrics(AddMetrics);
        }

        if (options.Otlp.Logs == "On")
        {
            AddLogs(builder.Logging);
        }

        return true;
    }

    /// <summary>Sends the lines of a factory that is there before the host, of the log and the engine.</summary>
    public static void AddLogs(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.Services.AddSingleton(configuration);
        AddLogs(logging);
    }

    private static void AddLogs(ILoggingBuilder logging) => logging.AddOpenTelemetry(lines =>
    {
        lines.IncludeFormattedMessage = true;
        var resource = ResourceBuilder.CreateDefault();
        Describe(resource);
        lines.SetResourceBuilder(resource).AddOtlpExporter();
    });

    // What the environment says of the service wins.
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(ServiceName, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}")
        .AddEnvironmentVariableDetector();

    private static void AddTraces(TracerProviderBuilder tracing, TelemetryOptions options, ConfigurationManager configuration)
    {
        tracing.AddSource(PipelineTrace.SourceName);
        tracing.AddAspNetCoreInstrumentation(http => http.Filter = context => !NotTraced.Contains(context.Request.Path.Value));
        if (configuration[OtlpVariables.Sampler] is null)
        {
            tracing.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracedPerMillion / 1e6)));
        }

        tracing.AddOtlpExporter();
    }

    private static void AddMetrics(MeterProviderBuilder metrics) => metrics
        .AddMeter(MetricsRegistry.MeterPrefix + "*", MetricsRegistry.RuntimeMeter, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .AddOtlpExporter();
}
