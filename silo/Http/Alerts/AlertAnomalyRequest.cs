namespace Analytics.Silo.Http.Alerts;

/// <summary>When a number is unusual, as a body has it.</summary>
internal sealed record AlertAnomalyRequest
{
    /// <summary>Standard deviations from the mean.</summary>
    public double? Deviations { get; init; }

    /// <summary><c>recent</c> or <c>earlier_days</c>.</summary>
    public string? Against { get; init; }
}
