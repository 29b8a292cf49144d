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
    /// <summary>Windows that are made in one go, as many as a view keeps.</summary>
    internal const int WindowsOfStep = ViewState.WindowsKept;

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
    public void Wake(long nowMs)
    {
        if (LookAtMs == long.MaxValue)
        {
            _wakes++;
            LookAtMs = nowMs;
        }
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
            var lookAtMs = await WriteNextAsync(rows, nowMs, aside, cancellationToken);
            LookAtMs = wakes == _wakes ? lookAtMs : Math.Min(lookAtMs, nowMs);
            Recover();
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
        await ReadAsync(rows, aside, cancellationToken);
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

        // Asked for the first one again: rows of an earlier window may have become durable since, now all have that count.
        var reachedMs = Math.Clamp(services.Log.Reached(rows.CloseOf(rows.LastClosed(nowMs - services.Log.AppendMs))), 0, nowMs);
        firstMs = await rows.FirstWindowAsync(_nextMs, nowMs, cancellationToken) ?? firstMs;
        var lastMs = Math.Min(rows.LastClosed(reachedMs), firstMs + ((WindowsOfStep - 1) * definition.EveryMs));
        if (lastMs < firstMs)
        {
            return soonMs;
        }

        var windows = await rows.WindowsAsync(firstMs, lastMs, nowMs, cancellationToken);
        var some = Some(windows);
        if (some.Count > 0)
        {
            await aside(() => sink.WriteAsync(rows.Shape, some, cancellationToken));
            _windows += some.Count;
            services.Instruments.Written(kind, some.Count, some.Sum(static window => window.Rows.Length));
        }

        _nextMs = (some.Count < windows.Count ? some[^1].StartMs : lastMs) + definition.EveryMs;
        rows.NoteWritten(_nextMs);
        return nowMs;
    }

    private async Task ReadAsync(ISinkRows rows, Func<Func<Task>, Task> aside, CancellationToken cancellationToken)
    {
        if (!_isRead)
        {
            long? lastMs = null;
            await aside(async () => lastMs = await sink.ReadLastAsync(rows.Shape, cancellationToken));
            _nextMs = Math.Max(_nextMs, lastMs + definition.EveryMs ?? definition.SinceMs);
            _isRead = true;
            rows.NoteWritten(_nextMs);
        }
    }

    private List<ViewWindow> Some(IReadOnlyList<ViewWindow> windows)
    {
        var some = new List<ViewWindow>();
        for (var count = 0; some.Count < Math.Min(windows.Count, sink.WindowsMax) && count < RowsOfWrite; count += some[^1].Rows.Length)
        {
            some.Add(windows[some.Count]);
        }

        return some;
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
