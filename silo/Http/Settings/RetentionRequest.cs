namespace Analytics.Silo.Http.Settings;

/// <summary>The body of <c>PUT …/retention</c>; what is left out never happens.</summary>
internal sealed record RetentionRequest
{
    /// <summary>Rows are deleted so many days after they were inserted.</summary>
    public int? DeleteAfterDays { get; init; }

    /// <summary>Rows move to <see cref="Volume"/> so many days after they were inserted.</summary>
    public int? MoveAfterDays { get; init; }

    /// <summary>A volume of the server's storage policy.</summary>
    public string? Volume { get; init; }
}
