using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>How far a sink of a view is.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Table">The table, as it is quoted there.</param>
/// <param name="WrittenBeforeMs">Windows that begin before it are written, UTC milliseconds since 1970; <see langword="null"/> as long as that has not been read.</param>
/// <param name="Windows">Windows written since the metric became active.</param>
/// <param name="Failures">Attempts in a row that failed; 0 when all is well.</param>
/// <param name="Error">Why the last one did; <see langword="null"/> when all is well.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewSinkState")]
public sealed record ViewSinkState(
    [property: Id(0)] ViewSinkKind Kind,
    [property: Id(1)] string Table,
    [property: Id(2)] long? WrittenBeforeMs,
    [property: Id(3)] long Windows,
    [property: Id(4)] int Failures,
    [property: Id(5)] string? Error);
