using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>What the live state knows of one field.</summary>
[GenerateSerializer, Immutable, Alias("analytics.FieldSnapshot")]
public sealed record FieldSnapshot
{
    /// <summary>The field's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The column's type in short form: <c>Int64</c>, <c>Float64</c>, <c>Bool</c>, <c>DateTime</c>, <c>String</c>, <c>Array(Int64)</c> …</summary>
    [Id(1)]
    public required string Type { get; init; }

    /// <summary>Rows with a value in the column.</summary>
    [Id(2)]
    public required long Count { get; init; }

    /// <summary>Rows without any value: the field was absent or null.</summary>
    [Id(3)]
    public required long Null { get; init; }

    /// <summary>Rows whose value the column could not take; it is in <c>_extra</c>.</summary>
    [Id(4)]
    public required long Conflicts { get; init; }

    /// <summary>Smallest value; numbers and times only.</summary>
    [Id(5)]
    public JsonScalar? Min { get; init; }

    /// <summary>Largest value; numbers and times only.</summary>
    [Id(6)]
    public JsonScalar? Max { get; init; }

    /// <summary>Exact sum of integers; for doubles the exact sum rounded once, whatever the order of arrival. Numbers only.</summary>
    [Id(7)]
    public JsonScalar? Sum { get; init; }

    /// <summary>Sum divided by count. Numbers only.</summary>
    [Id(8)]
    public JsonScalar? Avg { get; init; }

    /// <summary>Number of different values; no arrays. Exact up to 1,000 texts or 256 numbers, beyond that within 1.6 % (standard error).</summary>
    [Id(9)]
    public long? Unique { get; init; }

    /// <summary>The most frequent values, ten at most, most frequent first. Exact up to 1,000 texts or 256 numbers; beyond that texts and integers have estimates, and
    /// doubles and times <see langword="null"/>.</summary>
    [Id(10)]
    public TopValue[]? Top { get; init; }

    /// <summary>The median: exact up to 256 different values, within 1 % beyond that. Numbers only, as the following two.</summary>
    [Id(11)]
    public JsonScalar? P50 { get; init; }

    /// <summary>What nine of ten values do not exceed, within 1 %.</summary>
    [Id(12)]
    public JsonScalar? P90 { get; init; }

    /// <summary>What 99 of 100 values do not exceed, within 1 %.</summary>
    [Id(13)]
    public JsonScalar? P99 { get; init; }
}
