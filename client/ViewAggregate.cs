using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>What a view shows of each group.</summary>
/// <param name="Kind"><c>count</c>, <c>sum</c>, <c>avg</c>, <c>min</c>, <c>max</c>, <c>unique</c>, <c>p50</c>, <c>p90</c>, <c>p99</c>, <c>share</c>, <c>rank</c> or <c>percent_rank</c>.</param>
/// <param name="Field">Of this field; <see langword="null"/> for rows.</param>
[JsonConverter(typeof(ViewAggregateConverter))]
public sealed record ViewAggregate(string Kind, string? Field = null)
{
    /// <summary>Its name in a row: <c>sum(amount)</c>, <c>count</c>.</summary>
    [JsonIgnore]
    public string Name => Field is null ? Kind : $"{Kind}({Field})";
}
