using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <summary>What a <see cref="FlushTrigger"/> means elsewhere.</summary>
internal static class FlushTriggers
{
    /// <summary>How its turn to insert is waited for.</summary>
    public static InsertUrgency Urgency(this FlushTrigger trigger) => trigger switch
    {
        FlushTrigger.Rows or FlushTrigger.Bytes => InsertUrgency.Full,
        FlushTrigger.Asked or FlushTrigger.Shutdown => InsertUrgency.Asked,
        _ => InsertUrgency.Aged,
    };
}
