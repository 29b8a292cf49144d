namespace Analytics.GrainInterfaces;

/// <summary>Names that stream provider, storage provider and grains agree on.</summary>
public static class StreamNames
{
    /// <summary>The stream provider that reads the log.</summary>
    public const string Provider = "log";

    /// <summary>Namespace of the streams of batches, one a metric, key <c>project/metric</c>.</summary>
    public const string Metrics = "metrics";

}
