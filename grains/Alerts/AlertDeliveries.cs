namespace Analytics.Grains.Alerts;

/// <summary>What can become of telling a webhook, as the table says it.</summary>
internal static class AlertDeliveries
{
    /// <summary>There is nothing to tell, or nobody.</summary>
    public const string None = "none";

    /// <summary>It is not known to have been told yet; an activation tells it.</summary>
    public const string Pending = "pending";

    /// <summary>The webhook has taken it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It was given up.</summary>
    public const string Failed = "failed";
}
