using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>What somebody has decided for a metric's fields; what is not decided here is found out from the events.</summary>
[GenerateSerializer, Immutable, Alias("analytics.SchemaSettings")]
public sealed record SchemaSettings
{
    /// <summary>Types, and aliases, at most: as many as a table can have columns.</summary>
    public const int EntriesMax = 1000;

    /// <summary>Nothing is decided.</summary>
    public static SchemaSettings None { get; } = new();

    /// <summary>Whether new fields get no columns any more: their values go to <c>_extra</c>.</summary>
    [Id(0)]
    public bool IsFrozen { get; init; }

    /// <summary>Types of columns, one a field at most.</summary>
    [Id(1)]
    public FieldHint[] Hints { get; init; } = [];

    /// <summary>Other names of fields, one a field at most.</summary>
    [Id(2)]
    public FieldAlias[] Aliases { get; init; } = [];
}
