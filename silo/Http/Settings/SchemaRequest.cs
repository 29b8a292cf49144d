namespace Analytics.Silo.Http.Settings;

/// <summary>The body of <c>PUT …/schema</c>; what is left out is not decided.</summary>
internal sealed record SchemaRequest
{
    /// <summary>Whether new fields get no columns any more.</summary>
    public bool? Frozen { get; init; }

    /// <summary>Types by field.</summary>
    public Dictionary<string, string>? Types { get; init; }

    /// <summary>Columns by the other names of their fields.</summary>
    public Dictionary<string, string>? Aliases { get; init; }
}
