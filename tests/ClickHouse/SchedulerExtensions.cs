using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

/// <summary>A turn and its insert in one call.</summary>
internal static class SchedulerExtensions
{
    /// <summary>Waits for its turn and inserts.</summary>
    public static async Task InsertAsync(
        this InsertScheduler scheduler, InsertBlock block, CancellationToken cancellationToken = default, InsertUrgency urgency = InsertUrgency.Aged)
    {
        using var turn = await scheduler.WaitTurnAsync(urgency, cancellationToken);
        await turn.InsertAsync(block, cancellationToken);
    }
}
