namespace Analytics.Silo.Hosting.Telemetry;

/// <summary>Our settings in the words of OpenTelemetry's own variables, which the exporter reads: there is one way to configure it, whatever the settings came by.</summary>
internal static class OtlpVariables
{
    /// <summary>Address of the receiver.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary><c>http/protobuf</c> or <c>grpc</c>.</summary>
    public const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Headers of every request.</summary>
    public const string Headers = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>Who decides what is traced.</summary>
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    private const string Disabled = "OTEL_SDK_DISABLED";

    /// <summary>What has to be added to the configuration.</summary>
    /// <param name="options">Checked settings.</param>
    /// <param name="configuration">What was given by other ways.</param>
    public static IEnumerable<KeyValuePair<string, string?>> Of(OtlpOptions options, IConfiguration configuration)
    {
        if (options.Endpoint is { } endpoint)
        {
            yield return new(Endpoint, endpoint);
        }

        // Our default differs from the exporter's, which is gRPC.
        if (options.Endpoint is not null || configuration[Protocol] is null)
        {
            yield return new(Protocol, options.Protocol == "Grpc" ? "grpc" : "http/protobuf");
        }

        if (options.Headers is { } headers)
        {
            yield return new(Headers, headers);
        }
    }

    /// <summary>Whether anything is to be sent.</summary>
    public static bool AreOn(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[Endpoint]) && !string.Equals(configuration[Disabled], "true", StringComparison.OrdinalIgnoreCase);
}
