using Analytics.Grains.Alerts.Delivery;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.Alerts;

/// <summary>What the alerts of all metrics share: one per silo.</summary>
/// <param name="Options">How they are judged and told.</param>
/// <param name="Store">Keeps what becomes of them.</param>
/// <param name="Delivery">Tells their webhooks.</param>
/// <param name="Instruments">Counts.</param>
internal sealed record AlertServices(AlertOptions Options, AlertStore Store, IAlertDelivery Delivery, AlertInstruments Instruments);
