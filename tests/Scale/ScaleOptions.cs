namespace Analytics.Tests.Scale;

/// <summary>How large a run is.</summary>
internal sealed record ScaleOptions
{
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
}
