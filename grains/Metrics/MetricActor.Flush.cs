using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <content>How buffered rows leave the actor: one block at a time, beside the turn, acknowledged back in it.</content>
internal sealed partial class MetricActor
{
    /// <summary>The time that was set has come.</summary>
    public Task OnTimerAsync()
    {
        _isTimerSet = false;
        if (!_pipeline.IsDrained)
        {
            return StartFlush(FlushTrigger.Age);
        }

        LookForChanges();
        SetLookTimer();
        return Task.CompletedTask;
    }

    /// <summary>Completes when every row taken so far is durable in the table.</summary>
    /// <exception cref="TimeoutException">The table did not take the rows in time; they stay buffered.</exception>
    public async Task FlushAsync()
    {
        await EnsureLoadedAsync();
        var target = _pipeline.TakenRows;
        while (_pipeline.WrittenRows < target)
        {
            ThrowIfBroken();
            await StartFlush(FlushTrigger.Asked).WaitAsync(FlushWaitMax, _services.Time);
        }
    }

    private void ScheduleFlush()
    {
        if (_pipeline.WhyFull is { } trigger)
        {
            StartFlush(trigger);
        }
        else if (_flushing.IsCompleted)
        {
            SetTimerIfNeeded();
        }
    }

    private void SetTimerIfNeeded()
    {
        if (!_isTimerSet && !_pipeline.IsDrained)
        {
            _isTimerSet = true;
            _host.SetTimer(TimeSpan.FromMilliseconds(_services.Flush.IntervalMs));
        }
    }

    /// <summary>Starts to write, or makes the writing that waits for its turn wait as one with this reason.</summary>
    private Task StartFlush(FlushTrigger trigger)
    {
        if (_flushing.IsCompleted)
        {
            if (!_isBroken)
            {
                _trigger = trigger;
                _flushing = FlushBlocksAsync();
            }
        }
        else if (_trigger == FlushTrigger.Age && trigger != FlushTrigger.Age)
        {
            _trigger = trigger;
            _turnWait?.Cancel();
        }

        return _flushing;
    }

    private async Task FlushBlocksAsync()
    {
        do
        {
            // The block is cut when its turn has come: what arrives meanwhile goes with it.
            using var turn = _pipeline.BufferedRows > 0 ? await WaitTurnAsync() : null;
            if (_stopping.IsCancellationRequested || !_pipeline.TryTakeBlock(out var block))
            {
                return;
            }

            if (block.RowCount > 0)
            {
                _services.Instruments.Flushed(_trigger);
            }

            // Encoding and inserting need no turn of the actor: it goes on taking events meanwhile.
            var outcome = default(WriteOutcome);
            var writing = _host.RunAside(async () => outcome = await _pipeline.WriteAsync(block, turn, _stopping.Token));
            await writing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (!writing.IsCompletedSuccessfully)
            {
                await StartAnewAsync(writing.Exception);
                return;
            }

            _pipeline.Complete(block, outcome);
            if (outcome.RefusedRows > 0)
            {
                // They are in the live state, in the ids, and not in the table: only the table tells what is true.
                _snapshots.Distrust();
                _host.Leave();
            }

            await AcknowledgeAsync(block.Acknowledgements);
            if (!await _snapshots.AfterBlockAsync(_stopping.Token))
            {
                _host.Leave();
            }

            _trigger = _pipeline.WhyFull ?? FlushTrigger.Age;
        }
        while (_pipeline.WhyFull is not null);

        SetTimerIfNeeded();
        SetLookTimer();
    }

    // A flush that is due sooner takes the timer over, and sets it again when it is done.
    private void SetLookTimer()
    {
        if (!_isTimerSet && !_isBroken && _snapshots.FirstLookIn is { } due)
        {
            _host.SetTimer(due);
        }
    }

    private async Task<InsertTurn?> WaitTurnAsync()
    {
        for (var failures = 0; !_stopping.IsCancellationRequested;)
        {
            using var waiting = _turnWait = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            try
            {
                return await _services.Inserts.WaitTurnAsync(_trigger.Urgency(), _pipeline.BufferedRows, waiting.Token);
            }
            catch (OperationCanceledException)
            {
                // Stopping, or to be waited for with another urgency.
            }
            catch (ClickHouseException e)
            {
                LogNoTurn(e, Key);
                await Task.Delay(Backoff.After(++failures, _services.Random), _services.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _turnWait = null;
            }
        }

        return null;
    }

    private async Task AcknowledgeAsync(IEnumerable<BatchAcknowledgement> acknowledgements)
    {
        foreach (var some in acknowledgements.GroupBy(owed => owed.Partition))
        {
            try
            {
                await _host.Ledger(some.Key).AcknowledgeAsync([.. some]);
            }
            catch (Exception e)
            {
                LogAcknowledgementFailed(e, Key, some.Key);
                _pipeline.Return(some);
            }
        }
    }
}
