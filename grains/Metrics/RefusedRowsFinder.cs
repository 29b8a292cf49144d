using Analytics.Grains.ClickHouse;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>Finds the rows of a block that its table refuses, without a row reaching the table: a copy of the table takes the trials.</summary>
internal sealed partial class RefusedRowsFinder(IMetricStore table, InsertScheduler inserts, ILogger logger)
{
    /// <summary>Searches a block that the table has refused.</summary>
    /// <returns>The refused rows, ascending; none when a copy of the table takes them all.</returns>
    /// <exception cref="ClickHouseException">The search could not be made now.</exception>
    public async Task<IReadOnlyList<RowRefusal>> FindAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        foreach (var kind in (ScratchKind[])[ScratchKind.Expressions, ScratchKind.Whole])
        {
            var found = await FindAsync(block, kind, cancellationToken);
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [];
    }

    private async Task<IReadOnlyList<RowRefusal>> FindAsync(PendingBlock block, ScratchKind kind, CancellationToken cancellationToken)
    {
        var scratch = await table.CreateScratchAsync(kind, cancellationToken);
        try
        {
            var search = new RefusalSearch((first, count, cancellation) => TryAsync(scratch, block, first, count, cancellation));
            return await search.FindAsync(block.RowCount, cancellationToken);
        }
        finally
        {
            await DropAsync(scratch);
        }
    }

    private async Task<string?> TryAsync(IScratchTable scratch, PendingBlock block, int first, int count, CancellationToken cancellationToken)
    {
        // Urgent, whatever the block's own insert is: there are many trials, and the metric's rows wait for all of them.
        using var turn = await inserts.WaitTurnAsync(InsertUrgency.Full, cancellationToken: cancellationToken);
        try
        {
            await scratch.InsertAsync(block.With(BlockParts.Slice(block.Batches, first, count)), turn, cancellationToken);
            return null;
        }
        catch (ClickHouseException e) when (InsertErrorClasses.Of(e) == InsertErrorClass.RefuseRows)
        {
            return e.Message;
        }
    }

    private async Task DropAsync(IScratchTable scratch)
    {
        try
        {
            await scratch.DropAsync();
        }
        catch (ClickHouseException e)
        {
            LogScratchLeft(e, table.QuotedName);
        }
    }

    [LoggerMessage(EventId = 3023, Level = LogLevel.Warning,
        Message = "A scratch table for trials with rows of {Table} could not be dropped; the next start drops it")]
    private partial void LogScratchLeft(Exception exception, string table);
}
