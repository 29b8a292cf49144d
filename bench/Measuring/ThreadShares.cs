namespace Analytics.Bench.Measuring;

/// <summary>Whose threads a process's time was spent on, by their names; the kernel cuts those at 15 characters.</summary>
internal static class ThreadShares
{
    /// <summary>Code of .NET: ours, the framework's, garbage collection on the thread that allocates.</summary>
    public const string DotNet = ".NET";

    /// <summary>Inserts, queries, consumers of the engine.</summary>
    public const string Engine = "ClickHouse";

    // What a thread's name begins with; the first that fits.
    private static readonly (string Prefix, string Kind)[] Kinds =
    [
        (".NET Tiered", "just-in-time compiler"),
        (".NET", DotNet),
        ("dotnet", DotNet),
        ("rdk:", "librdkafka"),
        ("Merge", "ClickHouse merges"),
    ];

    /// <summary>Seconds by kind of thread, those with a hundredth of a second or more. Threads that have ended are missing.</summary>
    public static IReadOnlyDictionary<string, double> Of(int processId) => ProcessUsage.CpuSecondsByThread(processId)
        .GroupBy(pair => Kinds.FirstOrDefault(kind => pair.Key.StartsWith(kind.Prefix, StringComparison.Ordinal)).Kind ?? Engine, pair => pair.Value)
        .Where(group => group.Sum() > 0)
        .ToDictionary(group => group.Key, group => group.Sum());
}
