using Analytics.Grains.ClickHouse;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Makes a block durable: table first, then the insert, again and again until it is there. Runs off the actor's turn, one block at a time.
/// The first attempt uses the turn that the block was cut for; every further one waits for a turn of its own.
/// </summary>
internal sealed partial class BlockWriter(
    IMetricStore table, InsertScheduler inserts, TimeProvider time, Random random, MetricInstruments instruments, ILogger logger)
{
    /// <summary>Completes when the block's rows are in the table.</summary>
    /// <exception cref="OperationCanceledException">Given up; whether the rows are in the table is for the next activation to read.</exception>
    public async Task WriteAsync(PendingBlock block, InsertTurn? firstTurn, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var mayBeInTable = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // As long as it cannot be read back, nothing is inserted: the rows would be there twice.
                if (!mayBeInTable || !await IsInTableAsync(block, cancellationToken))
                {
                    mayBeInTable = false;
                    await table.EnsureAsync(block.Columns, cancellationToken);
                    mayBeInTable = true;
                    await InsertAsync(block, attempt == 1 ? firstTurn : null, cancellationToken);
                }

                instruments.Written(block.RowCount, time.GetElapsedTime(begin));
                return;
            }
            catch (ClickHouseException e)
            {
                firstTurn?.Dispose();
                instruments.Failed();
                LogWriteFailed(e, table.QuotedName, block.RowCount, attempt);
                await Task.Delay(Backoff.After(attempt, random), time, cancellationToken);
            }
        }
    }

    /// <summary>Completes when the count is saved.</summary>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await table.SaveDuplicatesAsync(duplicates, cancellationToken);
                return;
            }
            catch (ClickHouseException e)
            {
                LogCountNotSaved(e, table.QuotedName, attempt);
                await Task.Delay(Backoff.After(attempt, random), time, cancellationToken);
            }
        }
    }

    private async Task InsertAsync(PendingBlock block, InsertTurn? firstTurn, CancellationToken cancellationToken)
    {
        using var turn = firstTurn ?? await inserts.WaitTurnAsync(cancellationToken);
        await table.InsertAsync(block, turn, cancellationToken);
    }

    // A block is one part: all of its rows are there or none, so one partition's position tells of all.
    private async Task<bool> IsInTableAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        var (partition, (_, last)) = block.Ranges.First();
        return await table.ReadPositionsAsync(cancellationToken) is { } positions && positions.GetValueOrDefault(partition, -1) >= last;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning,
        Message = "Saving the count of duplicates of {Table} failed at attempt {Attempt}; its next rows wait for that")]
    private partial void LogCountNotSaved(Exception exception, string table, int attempt);

    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning,
        Message = "Writing {Rows} rows to {Table} failed at attempt {Attempt}; the rows are kept and tried again")]
    private partial void LogWriteFailed(Exception exception, string table, int rows, int attempt);
}
