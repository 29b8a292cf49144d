namespace Analytics.GrainInterfaces;

/// <summary>The key of a metric's actor and stream: <c>project/metric</c>. A project has no slash; a metric may have some.</summary>
public static class MetricKey
{
    /// <summary>Joins the two names.</summary>
    public static string Of(string project, string metric) => string.Concat(project, "/", metric);

    /// <summary>Splits a key at its first slash.</summary>
    /// <exception cref="ArgumentException">There is no slash in the key.</exception>
    public static (string Project, string Metric) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? throw new ArgumentException($"'{key}' is not a metric key: it has no '/' between project and metric.", nameof(key))
            : (key[..slash], key[(slash + 1)..]);
    }
}
