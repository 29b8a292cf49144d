namespace Analytics.Client;

/// <summary>A metric's columns.</summary>
public sealed record MetricSchema
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>The table's name in the project's database.</summary>
    public required string Table { get; init; }

    /// <summary>One more with every change.</summary>
    public long Version { get; init; }

    /// <summary>The columns of fields.</summary>
    public required IReadOnlyList<SchemaColumn> Columns { get; init; }

    /// <summary>Fields without a column, and why.</summary>
    public required IReadOnlyList<ExtraField> Extra { get; init; }

    /// <summary>Whether new fields become no columns.</summary>
    public bool Frozen { get; init; }
}
