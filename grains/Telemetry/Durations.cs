using System.Diagnostics.Metrics;

namespace Analytics.Grains.Telemetry;

/// <summary>Durations are measured in seconds, as OpenTelemetry's conventions have it; these are the bounds of their histograms' buckets.</summary>
internal static class Durations
{
    /// <summary>The unit, in UCUM.</summary>
    public const string Unit = "s";

    /// <summary>Work: half a millisecond to ten seconds.</summary>
    public static readonly InstrumentAdvice<double> Work = Of(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10);

    /// <summary>How old something is: a millisecond to an hour.</summary>
    public static readonly InstrumentAdvice<double> Age = Of(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600);

    private static InstrumentAdvice<double> Of(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
