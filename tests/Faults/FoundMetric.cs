namespace Analytics.Tests.Faults;

/// <summary>What a silo shows of one metric: its rows, its live state, and what SQL says of the same fields.</summary>
internal sealed record FoundMetric
{
    /// <summary>Every row of the table.</summary>
    public required IReadOnlyList<FoundRow> Rows { get; init; }

    /// <summary><c>total</c> of the live state.</summary>
    public required long LiveTotal { get; init; }

    /// <summary><c>durable.rows</c> of the live state.</summary>
    public required long DurableRows { get; init; }

    /// <summary><c>duplicates</c> of the live state.</summary>
    public required long Duplicates { get; init; }

    /// <summary>The live state's fields.</summary>
    public required IReadOnlyDictionary<string, FieldFacts> Live { get; init; }

    /// <summary>The same fields by SQL.</summary>
    public required IReadOnlyDictionary<string, FieldFacts> Table { get; init; }
}
