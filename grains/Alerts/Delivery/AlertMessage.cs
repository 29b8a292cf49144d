namespace Analytics.Grains.Alerts.Delivery;

/// <summary>A change of an alert, and who is to be told of it.</summary>
/// <param name="Record">The change; durable.</param>
/// <param name="Webhook">Where it is posted.</param>
/// <param name="Secret">Signs it; <see langword="null"/> for no signature.</param>
internal sealed record AlertMessage(AlertRecord Record, string Webhook, string? Secret);
