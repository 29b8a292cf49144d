using Orleans;

namespace Analytics.GrainInterfaces.Views;

/// <summary>A number that a view shows of each group.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Field">Of which field; <see langword="null"/> for rows, which counts, shares and ranks can be of.</param>
[GenerateSerializer, Immutable, Alias("analytics.ViewAggregate")]
public sealed record ViewAggregate([property: Id(0)] ViewAggregateKind Kind, [property: Id(1)] string? Field)
{
    /// <summary>Its name among a group's values: <c>count</c>, <c>sum(amount)</c>.</summary>
    public string Name => Field is null ? NameOf(Kind) : $"{NameOf(Kind)}({Field})";

    /// <summary>A kind as it is written: <c>percent_rank</c>.</summary>
    public static string NameOf(ViewAggregateKind kind) => kind == ViewAggregateKind.PercentRank ? "percent_rank" : kind.ToString().ToLowerInvariant();
}
