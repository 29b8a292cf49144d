namespace Analytics.Silo.Http.Alerts;

/// <summary>The body of <c>PUT …/alerts/{alert}</c>.</summary>
internal sealed record AlertRequest
{
    /// <summary>The number.</summary>
    public AlertSubjectRequest? On { get; init; }

    /// <summary>Raised beyond this.</summary>
    public double? Above { get; init; }

    /// <summary>Raised under this.</summary>
    public double? Below { get; init; }

    /// <summary>Raised when it is unusual.</summary>
    public AlertAnomalyRequest? Anomaly { get; init; }

    /// <summary>Cleared at this.</summary>
    public double? Clear { get; init; }

    /// <summary>How long either must last: <c>30s</c>.</summary>
    public string? For { get; init; }

    /// <summary>Where changes are posted.</summary>
    public string? Webhook { get; init; }

    /// <summary>Signs what is posted.</summary>
    public string? Secret { get; init; }
}
