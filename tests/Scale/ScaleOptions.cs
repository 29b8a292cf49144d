namespace Analytics.Tests.Scale;

/// <summary>How large a run is.</summary>
internal sealed record ScaleOptions
{
    /// <summary>
    /// The environment of the process: that of the embedded image in a container of 4 GB, whose limit the collector would find itself. A machine's free memory it
    /// would otherwise use instead of time.
    /// </summary>
    public static string[] Variables { get; } = ["DOTNET_GCTotalPhysicalMemory=100000000", HighMemory];

    /// <summary>What the embedded image says of memory: from 60 of 100 on the collector saves it, since the engine's memory is in the same process.</summary>
    public const string HighMemory = "DOTNET_GCHighMemPercent=3C";

    /// <summary>Projects.</summary>
    public int Projects { get; init; } = 800;

    /// <summary>Metrics, spread over the projects.</summary>
    public int Metrics { get; init; } = 13_643;

    /// <summary>Events a second.</summary>
    public int PerSecond { get; init; } = 10_000;

    /// <summary>How long they come before the process is killed.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long they come after it, while it catches up.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many of the metrics get all of the load in the end, after another restart.</summary>
    public int FewMetrics { get; init; } = 1_000;

    /// <summary>How long they get it.</summary>
    public TimeSpan FewDuration { get; init; } = TimeSpan.FromMinutes(1);
}
