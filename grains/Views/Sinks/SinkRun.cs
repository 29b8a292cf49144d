using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Metrics;

namespace Analytics.Grains.Views.Sinks;

/// <summary>One sink of one view: how far it is, and what is next. Belongs to the actor's turn; writing runs beside it.</summary>
/// <param name="definition">The view.</param>
/// <param name="kind">Which of its sinks.</param>
/// <param name="sink">The table.</param>
/// <param name="services">What sinks share.</param>
/// <param name="random">Decides jitter.</param>
internal sealed class SinkRun(ViewDefinition definition, ViewSinkKind kind, IViewSink sink, SinkServices services, Random random)
{
    /// <summary>Windows that are looked at in one go at most, as many as a view keeps.</summary>
    internal const int WindowsOfStep = ViewState.WindowsKept;

    // What is made of the table in one go: some ten megabytes.
    private const int GroupsOfStep = 100_000;

    /// <summary>Rows of a write after which no further window is added: some megabytes. A window is never cut.</summary>
    internal const int RowsOfWrite = 20_000;

    // Between two looks at a log that is not far enough: commits come twice a second.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private bool _isRead;
    private int _wakes;
    private long _nextMs = definition.SinceMs;
    private long _windows;
    private int _failures;
    private string? _error;

    /// <summary>The view as it is written.</summary>
    public ViewDefinition Definition => definition;

    /// <summary>Which of its sinks.</summary>
    public ViewSinkKind Kind => kind;

    /// <summary>When there is something to do, UTC milliseconds since 1970; <see cref="long.MaxValue"/> for nothing until rows come.</summary>
    public long LookAtMs { get; set; }

    /// <summary>Completes when nothing is under way.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Begin of the first window that is not written; <see langword="null"/> as long as that has not been read.</summary>
    public long? NextMs => _isRead ? _nextMs : null;

    /// <summary>Rows have come, where there may have been nothing to do.</summary>
    /// <returns>Whether there was nothing to do.</returns>
    public bool Wake(long nowMs)
    {
        if (LookAtMs != long.MaxValue)
        {
            return false;
        }

        _wakes++;
        LookAtMs = nowMs;
        return true;
    }

    /// <summary>How far it is.</summary>
    public ViewSinkState Describe() => new(kind, sink.Table, NextMs, _windows, _failures, _error);

    /// <summary>Writes what may be written now, one write at most, and says when to look again.</summary>
    /// <param name="rows">The view's rows.</param>
    /// <param name="nowMs">Now, UTC milliseconds since 1970.</param>
    /// <param name="aside">Runs work beside the turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StepAsync(ISinkRows rows, long nowMs, Func<Func<Task>, Task> aside, CancellationToken cancellationToken)
    {
        try
        {
            LookAtMs = long.MaxValue;
            var wakes = _wakes;
            var wasRead = _isRead;
            var lookAtMs = await WriteNextAsync(rows, nowMs, aside, cancellationToken);
            LookAtMs = wakes == _wakes ? lookAtMs : Math.Min(lookAtMs, nowMs);
            if (wasRead)
            {
                // Reading it again is not enough: a value that it does not take fails the write each time.
                Recover();
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            services.Instruments.Failed(kind, _failures == 0);
            _failures++;
            _error = exception.Message;
            _isRead = false;
            LookAtMs = nowMs + (long)Backoff.After(_failures, random).TotalMilliseconds;
            Failure?.Invoke(exception, _failures);
        }
    }

    /// <summary>Told of each failure in a row, with its number.</summary>
    public Action<Exception, int>? Failure { get; init; }

    /// <summary>It is no more: nothing of it is counted as failing.</summary>
    public void End() => Recover();

    private async Task<long> WriteNextAsync(ISinkRows rows, long nowMs, Func<Func<Task>, Task> aside, CancellationToken cancellationToken)
    {
        var soonMs = nowMs + (long)LookAgain.TotalMilliseconds;
        if (await rows.FirstWindowAsync(_nextMs, nowMs, cancellationToken) is not { } firstMs)
        {
            return rows.AreAllStored ? long.MaxValue : soonMs;
        }

        var closeMs = rows.CloseOf(firstMs) + services.Log.AppendMs;
        if (closeMs > nowMs)
        {
            return closeMs;
        }

        if (!_isRead)
        {
            // Not before there is something to write: then the fields have their types.
            await ReadAsync(rows, aside, cancellationToken);
            return nowMs;
        }

        // Asked for the first one again: rows of an earlier window may have become durable since, now all have that count.
        var reachedMs = Math.Clamp(services.Log.Reached(rows.CloseOf(rows.LastClosed(nowMs - services.Log.AppendMs))), 0, nowMs);
        firstMs = await rows.FirstWindowAsync(_nextMs, nowMs, cancellationToken) ?? firstMs;
        var lastMs = Math.Min(rows.LastClosed(reachedMs), firstMs + ((Math.Clamp(GroupsOfStep / definition.GroupsMax, 1, WindowsOfStep) - 1) * definition.EveryMs));
        if (lastMs < firstMs)
        {
            return soonMs;
        }

        var some = await rows.WindowsAsync(firstMs, lastMs, nowMs, sink.WindowsMax, RowsOfWrite, cancellationToken);
        var rowCount = some.Sum(static window => window.Rows.Length);
        if (some.Count > 0)
        {
            await aside(() => sink.WriteAsync(rows.Shape, some, cancellationToken));
            _windows += some.Count;
            services.Instruments.Written(kind, some.Count, rowCount);
        }

        // Maybe there were more.
        _nextMs = (some.Count == sink.WindowsMax || rowCount >= RowsOfWrite ? some[^1].StartMs : lastMs) + definition.EveryMs;
        rows.NoteWritten(_nextMs);
        return nowMs;
    }

    private async Task ReadAsync(ISinkRows rows, Func<Func<Task>, Task> aside, CancellationToken cancellationToken)
    {
        long? lastMs = null;
        await aside(async () => lastMs = await sink.ReadLastAsync(rows.Shape, cancellationToken));
        _nextMs = Math.Max(_nextMs, lastMs + definition.EveryMs ?? definition.SinceMs);
        _isRead = true;
        rows.NoteWritten(_nextMs);
    }

    private void Recover()
    {
        if (_failures > 0)
        {
            services.Instruments.Recovered(kind);
        }

        (_failures, _error) = (0, null);
    }
}
