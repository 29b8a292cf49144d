namespace Analytics.Grains.Alerts;

/// <summary>What can happen to an alert, as its table says it.</summary>
internal static class AlertEvents
{
    /// <summary>It was made or changed.</summary>
    public const string Defined = "defined";

    /// <summary>It was raised.</summary>
    public const string Raised = "raised";

    /// <summary>It was cleared.</summary>
    public const string Cleared = "cleared";

    /// <summary>It was ended.</summary>
    public const string Deleted = "deleted";
}
