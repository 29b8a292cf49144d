using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Makes a block durable: table first, then the insert, again and again until it is there. Runs off the actor's turn, one block at a time.
/// The first attempt uses the turn that the block was cut for; every further one waits for a turn of its own.
/// </summary>
internal sealed partial class BlockWriter
{
    private readonly IMetricStore _table;
    private readonly InsertScheduler _inserts;
    private readonly IRefusedRows? _refusedRows;
    private readonly RefusedRowsFinder _finder;
    private readonly TimeProvider _time;
    private readonly MetricInstruments _instruments;
    private readonly ILogger _logger;
    private readonly Random _random;

    /// <summary>A writer for one table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="services">Shared by all metrics.</param>
    public BlockWriter(IMetricStore table, MetricServices services)
    {
        _table = table;
        _inserts = services.Inserts;
        _refusedRows = services.RefusedRows;
        _time = services.Time;
        _instruments = services.Instruments;
        _logger = services.Loggers.CreateLogger<BlockWriter>();
        _finder = new RefusedRowsFinder(table, services.Inserts, _logger);
        _random = services.Random;
    }

    /// <summary>Completes when every row of the block is in the table, or durable in the log as a refused input.</summary>
    /// <param name="block">Rows, 1 or more.</param>
    /// <param name="firstTurn">The turn for the first attempt, and the urgency of all. One that was given back before is replaced; without one the insert is an aged one.</param>
    /// <param name="cancellationToken">Gives up before an insert has begun.</param>
    /// <exception cref="OperationCanceledException">Given up; whether the rows are in the table is for the next activation to read.</exception>
    /// <exception cref="Tables.TableChangedException">The table cannot be made what the block's columns need.</exception>
    public async Task<WriteOutcome> WriteAsync(PendingBlock block, InsertTurn? firstTurn, CancellationToken cancellationToken)
    {
        using var span = PipelineTrace.IsOn ? PipelineTrace.Insert(block.Spans, block.Batches[0].Batch.Project, _table.Table, block.RowCount) : null;
        try
        {
            return await WriteUntilDurableAsync(block, firstTurn, cancellationToken);
        }
        catch (Exception e) when (span is not null)
        {
            span.Fail(e);
            throw;
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
                await _table.SaveDuplicatesAsync(duplicates, cancellationToken);
                return;
            }
            catch (ClickHouseException e)
            {
                LogCountNotSaved(e, _table.QuotedName, attempt);
                await Task.Delay(Backoff.After(attempt, _random), _time, cancellationToken);
            }
        }
    }

    private async Task<WriteOutcome> WriteUntilDurableAsync(PendingBlock block, InsertTurn? firstTurn, CancellationToken cancellationToken)
    {
        var begin = _time.GetTimestamp();
        var urgency = firstTurn?.Urgency ?? InsertUrgency.Aged;
        var state = new WriteState { Block = block, Turn = firstTurn is { IsEnded: true } ? null : firstTurn };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(state, urgency, cancellationToken);
                break;
            }
            catch (Exception e) when (e is ClickHouseException or IOException)
            {
                Note(state, e, attempt);
            }
            finally
            {
                // It counts against the budget in flight: not while the next attempt is waited for.
                state.TakeTurn()?.Dispose();
            }

            // Refused rows are searched at once, unless the last search found none: then there is nothing to do but to wait.
            if (!state.IsRefusalToSearch || state.IsSearchFutile)
            {
                await Task.Delay(Backoff.AfterInsert(attempt, state.LastCode, _random), _time, cancellationToken);
            }
        }

        var refused = block.RowCount - state.Block.RowCount;
        _instruments.Written(block.Batches[0].Batch, state.Block.RowCount, _time.GetElapsedTime(begin));
        _instruments.Refused(refused);
        return new WriteOutcome(refused);
    }

    private async Task TryAsync(WriteState state, InsertUrgency urgency, CancellationToken cancellationToken)
    {
        // As long as it cannot be read back, nothing is inserted: the rows would be there twice.
        if (state.MayBeInTable && await IsInTableAsync(state.Block, cancellationToken))
        {
            return;
        }

        state.MayBeInTable = false;
        if (state.IsRefusalToSearch)
        {
            state.IsRefusalToSearch = false;
            var rest = await WithoutRefusedAsync(state.Block, cancellationToken);
            state.IsSearchFutile = rest == state.Block;
            state.Block = rest;
        }

        if (state.Block.RowCount == 0)
        {
            return;
        }

        await _table.EnsureAsync(state.Block.Columns, cancellationToken);
        using var turn = state.TakeTurn() ?? await _inserts.WaitTurnAsync(urgency, state.Block.RowCount, cancellationToken);
        using var underWay = _inserts.Tables.Begin(state.Block.Batches[0].Batch.Project, _table.Table);
        state.MayBeInTable = true;
        await _table.InsertAsync(state.Block, turn, cancellationToken);
    }

    // A block is one part: all of its rows are there or none, so one partition's position tells of all.
    private async Task<bool> IsInTableAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        var (partition, (_, last)) = block.Ranges.First();
        return await _table.ReadPositionsAsync(cancellationToken) is { } positions && positions.GetValueOrDefault(partition, -1) >= last;
    }

    private void Note(WriteState state, Exception e, int attempt)
    {
        var error = e as ClickHouseException;
        var errorClass = error is null ? InsertErrorClass.Retry : InsertErrorClasses.Of(error);
        _instruments.Failed(errorClass);
        state.LastCode = error?.Code ?? 0;
        if (errorClass == InsertErrorClass.RefreshSchema)
        {
            _table.Forget();
        }

        state.IsRefusalToSearch = errorClass == InsertErrorClass.RefuseRows && state.MayBeInTable && CanRefuse(state.Block);
        if (error is not null && InsertErrorClasses.IsOfView(error.Message))
        {
            LogViewFailed(e, _table.QuotedName, state.Block.RowCount, attempt);
        }
        else
        {
            LogWriteFailed(e, _table.QuotedName, state.Block.RowCount, attempt);
        }
    }

    // A refused row becomes a dead letter. One that is refused itself must not: it would come back for ever.
    private bool CanRefuse(PendingBlock block) => _refusedRows is not null && block.Batches[0].Batch.Project != DeadLetterFields.Project;

    private async Task<PendingBlock> WithoutRefusedAsync(PendingBlock block, CancellationToken cancellationToken)
    {
        var refusals = await _finder.FindAsync(block, cancellationToken);
        if (refusals.Count == 0)
        {
            LogNoneRefused(_table.QuotedName, block.RowCount);
            return block;
        }

        // First durable in the log, then left out of the block: never neither.
        LogRowsRefused(_table.QuotedName, refusals.Count, block.RowCount, refusals[0].Reason);
        await _refusedRows!.AppendAsync([.. refusals.Select(refusal => RefusedRowOf(block, refusal))], cancellationToken);
        var rest = block.With(BlockParts.Without(block.Batches, refusals.Select(refusal => refusal.Row)));
        if (rest.Duplicates is { } duplicates)
        {
            // Proven by the rows that are left: the refused ones will never be in the table.
            rest = rest.With(duplicates with { Proof = rest.Proof });
            await SaveDuplicatesAsync(rest.Duplicates!, cancellationToken);
        }

        return rest;
    }

    private static RefusedRow RefusedRowOf(PendingBlock block, RowRefusal refusal)
    {
        var (batch, row) = BlockParts.Find(block.Batches, refusal.Row);
        return new RefusedRow(
            batch.Project, batch.Metric, batch.Origin.Partition, batch.Offsets[row], batch.Sequences[row], refusal.Reason, EventJson.Render(batch, row));
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning,
        Message = "Saving the count of duplicates of {Table} failed at attempt {Attempt}; its next rows wait for that")]
    private partial void LogCountNotSaved(Exception exception, string table, int attempt);

    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning,
        Message = "Writing {Rows} rows to {Table} failed at attempt {Attempt}; the rows are kept and tried again")]
    private partial void LogWriteFailed(Exception exception, string table, int rows, int attempt);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Error,
        Message = "A view attached to {Table} failed for a block of {Rows} rows at attempt {Attempt}; the table gets the rows all the same, the view may lack them")]
    private partial void LogViewFailed(Exception exception, string table, int rows, int attempt);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning,
        Message = "{Table} refuses {Refused} of {Rows} rows; they become dead letters, the others are written. The first reason: {Reason}")]
    private partial void LogRowsRefused(string table, int refused, int rows, string reason);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Error,
        Message = "{Table} refuses a block of {Rows} rows, and a copy of it takes every one of them; they are kept and tried again, but somebody must look at the table")]
    private partial void LogNoneRefused(string table, int rows);

    /// <summary>Where the writing of a block stands.</summary>
    private sealed class WriteState
    {
        public required PendingBlock Block { get; set; }

        public required InsertTurn? Turn { private get; set; }

        public bool MayBeInTable { get; set; }

        public bool IsRefusalToSearch { get; set; }

        public bool IsSearchFutile { get; set; }

        public int LastCode { get; set; }

        public InsertTurn? TakeTurn()
        {
            var turn = Turn;
            Turn = null;
            return turn;
        }
    }
}
