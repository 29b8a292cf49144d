namespace Analytics.Grains.Metrics;

/// <content>How the actor ends: with everything written and acknowledged, or with what is left given back to the log.</content>
internal sealed partial class MetricActor
{
    /// <summary>The last call: writes what it can, and leaves nothing under way.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DrainAsync(cancellationToken);
            if (!_isBroken)
            {
                await _snapshots.SaveLastAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The rows are still in the log: nothing was acknowledged, so they are read and taken again.
            LogLeftBehind(Key, _pipeline.TakenRows - _pipeline.WrittenRows);
            await AbandonAsync();
        }

        // An insert that has begun is finished first: the next activation must find in the table all that will ever be there.
        _stopping.Cancel();
        await _flushing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await StopSinksAsync();
        await WhenAlertsKeptAsync().ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _pipeline.Release();
    }

    /// <summary>Writes and acknowledges everything.</summary>
    /// <exception cref="TimeoutException">It took too long; some is left.</exception>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var begin = _services.Time.GetTimestamp();
        while (!_isBroken && (!_pipeline.IsDrained || !_flushing.IsCompleted))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_services.Time.GetElapsedTime(begin) > FlushWaitMax)
            {
                throw new TimeoutException($"{Key} could not write and acknowledge everything in {FlushWaitMax.TotalSeconds} s.");
            }

            await StartFlush(FlushTrigger.Shutdown).WaitAsync(FlushWaitMax, _services.Time, cancellationToken);
            if (_pipeline.OwesOnly)
            {
                // All rows are durable and a ledger does not take that, as at a stop, when it may have left before: it is not waited for.
                // Read again, the rows are dropped by their positions.
                await AbandonAsync();
                return;
            }
        }
    }

    // A block that cannot even be tried: its rows are unacknowledged, so a new activation gets them again from the log.
    private async Task StartAnewAsync(Exception? reason)
    {
        _isBroken = true;
        if (!_stopping.IsCancellationRequested)
        {
            _services.Instruments.Restarted();
            LogStartsAnew(reason, Key);
            await AbandonAsync();
            _host.Leave();
        }
    }

    private async Task AbandonAsync()
    {
        foreach (var (partition, epoch) in _pipeline.DescribeOwed())
        {
            try
            {
                await _host.Ledger(partition).EndEpochAsync(epoch, $"{Key} left with batches that it had not acknowledged.");
            }
            catch (Exception e)
            {
                // A ledger that is gone has forgotten its epochs: its receiver begins a new one by itself.
                LogAcknowledgementFailed(e, Key, partition);
            }
        }
    }
}
