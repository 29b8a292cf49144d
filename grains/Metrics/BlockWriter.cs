using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Makes a block durable: table first, then the insert, again and again until it is there. Runs off the actor's turn, one block at a time.
/// </summary>
internal sealed partial class BlockWriter(
    TableStore table, InsertScheduler inserts, TimeProvider time, MetricInstruments instruments, ILogger logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    /// <summary>Completes when the block's rows are in the table.</summary>
    /// <exception cref="OperationCanceledException">Given up; whether the rows are in the table is for the next activation to read.</exception>
    public async Task WriteAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var insertedSeconds = (uint)time.GetUtcNow().ToUnixTimeSeconds();
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
                    await InsertAsync(block, insertedSeconds, cancellationToken);
                }

                instruments.Written(block.RowCount, time.GetElapsedTime(begin));
                return;
            }
            catch (ClickHouseException e)
            {
                instruments.Failed();
                LogWriteFailed(e, table.QuotedName, block.RowCount, attempt);
                await Task.Delay(DelayAfter(attempt), time, cancellationToken);
            }
        }
    }

    private async Task InsertAsync(PendingBlock block, uint insertedSeconds, CancellationToken cancellationToken)
    {
        // Rows wait for their turn as batches; encoded, they would be held twice.
        using var turn = await inserts.WaitTurnAsync(InsertUrgency.Aged, cancellationToken);
        var writer = NativeBlockWriter.Rent();
        try
        {
            writer.Write(block.Batches, block.Columns, insertedSeconds);
            var insert = new InsertBlock(
                table.Database, table.Table, writer.ColumnNames, writer.Written, writer.Rows, block.DeduplicationToken);
            await turn.InsertAsync(insert, cancellationToken);
        }
        finally
        {
            writer.Return();
        }
    }

    // A block is one part: all of its rows are there or none, so one partition's position tells of all.
    private async Task<bool> IsInTableAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        if (await table.ReadAsync(cancellationToken) is null)
        {
            return false;
        }

        var positions = await table.ReadPositionsAsync(cancellationToken);
        var (partition, (_, last)) = block.Ranges.First();
        return positions.GetValueOrDefault(partition, -1) >= last;
    }

    private static TimeSpan DelayAfter(int attempt)
    {
        var longest = Math.Min(LongestDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning,
        Message = "Writing {Rows} rows to {Table} failed at attempt {Attempt}; the rows are kept and tried again")]
    private partial void LogWriteFailed(Exception exception, string table, int rows, int attempt);
}
