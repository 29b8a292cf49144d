using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A view as of one moment.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="Late">Rows that came too late for their windows since the view was made or its metric became active.</param>
/// <param name="Windows">The newest windows, the newest last, from the first one with rows on.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewSnapshot")]
public sealed record ViewSnapshot([property: Id(0)] ViewDefinition Definition, [property: Id(1)] long Late, [property: Id(2)] ViewWindow[] Windows)
{
    /// <summary>How far its sinks are, in the order of <see cref="ViewDefinition.Sinks"/>.</summary>
    [Id(3)]
    public ViewSinkState[] Sinks { get; init; } = [];

    /// <summary>Rows that reached the log after windows of theirs had been written, since the metric became active: the table and the live view have them, the sinks do not.</summary>
    [Id(4)]
    public long Missed { get; init; }
}
