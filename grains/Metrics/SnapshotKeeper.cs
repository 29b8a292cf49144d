using Analytics.Grains.ClickHouse;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Saves a metric's live state now and then, so that the next activation need not read the whole table, and compares the table's row count
/// with what is known of it. Called between two inserts, when the table stands still.
/// </summary>
internal sealed partial class SnapshotKeeper(MetricPipeline pipeline, MetricServices services, ILogger logger)
{
    // An insert that an actor elsewhere had begun when this one read the table has arrived by then.
    private static readonly TimeSpan FirstLookAfter = TimeSpan.FromSeconds(5);

    private long _lookedAt = services.Time.GetTimestamp();
    private bool _hasLooked;
    private long _savedTakenRows;
    private (LiveSnapshot Snapshot, long TakenRows)? _captured;
    private bool _isWrong;

    /// <summary>What is due after a block: a look at the table's count, a snapshot.</summary>
    /// <returns>False when the table is not what the live state says: the actor has to start over from the table.</returns>
    public async Task<bool> AfterBlockAsync(CancellationToken cancellationToken)
    {
        if (!_isWrong && pipeline.HasLostData)
        {
            Distrust();
            LogDataLost(pipeline.Key);
        }

        if (!_isWrong && _captured is null && IsLookDue)
        {
            await MeasureDriftAsync(cancellationToken);
            _captured = _isWrong ? null : Capture();
        }

        if (_captured is { } due && pipeline.WrittenRows >= due.TakenRows)
        {
            await SaveAsync(due.Snapshot, due.TakenRows, cancellationToken);
        }

        return !_isWrong;
    }

    /// <summary>A look at the table's count where nothing is written any more: rows expire all the same.</summary>
    /// <returns>False when the table is not what the live state says.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        await MeasureDriftAsync(cancellationToken);
        return !_isWrong;
    }

    /// <summary>Whether the table may have changed since the last look: by rows that have expired, or by an actor before this one.</summary>
    public bool MayHaveChanged => (pipeline.DeleteAfterDays is not null || IsFirstLookDue) && IsLookDue;

    /// <summary>When the first look is due, where other processes have actors too; <see langword="null"/> when there is none to come.</summary>
    public TimeSpan? FirstLookIn => services.IsOneOfMany && !_hasLooked
        ? TimeSpan.FromMilliseconds(Math.Max(1, (FirstLookAfter - services.Time.GetElapsedTime(_lookedAt)).TotalMilliseconds))
        : null;

    private bool IsFirstLookDue => services.IsOneOfMany && !_hasLooked && services.Time.GetElapsedTime(_lookedAt) >= FirstLookAfter;

    private bool IsLookDue => IsFirstLookDue || services.Time.GetElapsedTime(_lookedAt) >= TimeSpan.FromMinutes(services.Metrics.SnapshotMinutes);

    /// <summary>Whether the live state is known to differ from the table.</summary>
    public bool IsDistrusted => _isWrong;

    /// <summary>Gives up what was captured and is not saved yet.</summary>
    public void Forget() => _captured = null;

    /// <summary>The live state has rows that its table does not have: it is not saved, and has to be made anew.</summary>
    public void Distrust()
    {
        _isWrong = true;
        _captured = null;
    }

    /// <summary>Saves the state of an actor that leaves with everything written, if it has changed or had to be made from the whole table.</summary>
    public async Task SaveLastAsync(CancellationToken cancellationToken)
    {
        if (!_isWrong && (pipeline.TakenRows > _savedTakenRows || !pipeline.IsSaved) && Capture() is { } last)
        {
            await SaveAsync(last.Snapshot, last.TakenRows, cancellationToken);
        }
    }

    private (LiveSnapshot Snapshot, long TakenRows)? Capture() =>
        pipeline.Capture() is { } snapshot ? (snapshot, pipeline.TakenRows) : null;

    private async Task MeasureDriftAsync(CancellationToken cancellationToken)
    {
        (_lookedAt, _hasLooked) = (services.Time.GetTimestamp(), true);
        long drift;
        try
        {
            drift = await pipeline.MeasureDriftAsync(cancellationToken);
        }
        catch (ClickHouseException e)
        {
            LogNotCounted(e, pipeline.Key);
            return;
        }

        _isWrong = drift != 0 || pipeline.ExpiredRows > 0;
        if (drift != 0)
        {
            LogDrift(pipeline.Key, pipeline.DurableRows, drift);
        }
        else if (_isWrong)
        {
            LogExpired(pipeline.Key, pipeline.ExpiredRows);
        }
    }

    // Rows after it arrive while it waits for those in it to become durable: saved is the state as it was captured.
    private async Task SaveAsync(LiveSnapshot snapshot, long takenRows, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.SaveAsync(snapshot, cancellationToken);
            _savedTakenRows = takenRows;
        }
        catch (ClickHouseException e)
        {
            LogNotSaved(e, pipeline.Key);
        }

        _captured = null;
    }

    [LoggerMessage(EventId = 3040, Level = LogLevel.Error,
        Message = "{Metric}: the live state knows {Rows} rows in the table, the table has {Drift} more (or fewer, when negative). Somebody changed it; the live state is made anew from it")]
    private partial void LogDrift(string metric, long rows, long drift);

    [LoggerMessage(EventId = 3043, Level = LogLevel.Information, Message = "{Metric}: {Rows} rows have expired; the live state is made anew from the table")]
    private partial void LogExpired(string metric, long rows);

    [LoggerMessage(EventId = 3044, Level = LogLevel.Error,
        Message = "{Metric}: its table, or a column of it, was taken away and has been made again without what it held. The live state is made anew from it")]
    private partial void LogDataLost(string metric);

    [LoggerMessage(EventId = 3041, Level = LogLevel.Warning, Message = "{Metric}: the rows of the table could not be counted; done again later")]
    private partial void LogNotCounted(Exception exception, string metric);

    [LoggerMessage(EventId = 3042, Level = LogLevel.Warning, Message = "{Metric}: the live state could not be saved; done again later")]
    private partial void LogNotSaved(Exception exception, string metric);
}
