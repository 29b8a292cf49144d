namespace Analytics.Grains.Alerts.Delivery;

/// <summary>Tells webhooks of changes. Safe to call from any thread.</summary>
internal interface IAlertDelivery
{
    /// <summary>Takes a delivery, and returns at once. One that is under way is not taken again.</summary>
    void Take(AlertMessage message);
}
