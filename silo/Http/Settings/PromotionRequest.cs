namespace Analytics.Silo.Http.Settings;

/// <summary>The body of <c>POST …/schema/promote</c>.</summary>
internal sealed record PromotionRequest
{
    /// <summary>The field, by its name in <c>_extra</c>.</summary>
    public string? Field { get; init; }

    /// <summary>The column's type.</summary>
    public string? Type { get; init; }
}
