using Analytics.Grains.Views.Sinks;

namespace Analytics.Tests.Views.Sinks;

/// <summary>A log whose progress the test decides.</summary>
internal sealed class LogProgressDouble : ILogProgress
{
    /// <summary>Everything that was received before it is durable.</summary>
    public long ReachedMs { get; set; } = long.MinValue;

    public int AppendMs => 0;

    public long Reached(long wantedMs) => ReachedMs;
}
