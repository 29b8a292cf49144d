using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A metric's rows in windows of event time and in groups, kept live.</summary>
[GenerateSerializer, Immutable, Alias("analytics.ViewDefinition")]
public sealed record ViewDefinition
{
    /// <summary>The view's name, unique in its metric.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Fields by whose values rows are grouped, 0-4; without any there is one group.</summary>
    [Id(1)]
    public required IReadOnlyList<string> GroupBy { get; init; }

    /// <summary>Length of a window, milliseconds, whole seconds.</summary>
    [Id(2)]
    public required long WindowMs { get; init; }

    /// <summary>Between the begins of two windows, milliseconds: as long as a window, or an even part of it.</summary>
    [Id(3)]
    public required long EveryMs { get; init; }

    /// <summary>What is shown of each group, 1 or more.</summary>
    [Id(4)]
    public required IReadOnlyList<ViewAggregate> Aggregates { get; init; }

    /// <summary>Which rows count, in the grammar of <c>docs/views.md</c>; <see langword="null"/> for all.</summary>
    [Id(5)]
    public string? Where { get; init; }

    /// <summary>Groups of a window at most; the rows of the others are one more.</summary>
    [Id(6)]
    public int GroupsMax { get; init; } = 1000;

    /// <summary>Where closed windows are written to, each of a kind of its own; none for a view that is only read.</summary>
    [Id(7)]
    public ViewSink[] Sinks { get; init; } = [];

    /// <summary>Begin of the first window that is written, UTC milliseconds since 1970. Decided when the view is made, and again when it becomes another one.</summary>
    [Id(8)]
    public long SinceMs { get; init; }
}
