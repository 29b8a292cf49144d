using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

/// <summary>A turn and its insert in one call.</summary>
internal static class SchedulerExtensions
{
    /// <summary>Waits for its turn and inserts.</summary>
    public static async Task InsertAsync(
        this InsertScheduler scheduler, InsertBlock block, CancellationToken cancellationToken = default)
    {
        using var turn = await scheduler.WaitTurnAsync(InsertUrgency.Aged, cancellationToken: cancellationToken);
        await turn.InsertAsync(block, cancellationToken);
    }

    /// <summary>The turn of a task that must have it by now.</summary>
    public static InsertTurn Taken(this Task<InsertTurn> turn)
    {
        Assert.True(turn.IsCompletedSuccessfully, "The turn has not come yet.");
        return turn.Result;
    }
}
