using Analytics.GrainInterfaces.Ledger;
using Orleans;

namespace Analytics.Grains.Metrics;

/// <content>How buffered rows leave the actor: one block at a time, beside the turn, acknowledged back in it.</content>
internal sealed partial class MetricGrain
{
    private void ScheduleFlush()
    {
        if (_pipeline.IsDrained || !_flushing.IsCompleted)
        {
            return;
        }

        if (_pipeline.IsBlockFull)
        {
            StartFlush();
        }
        else
        {
            SetTimerIfNeeded();
        }
    }

    private void SetTimerIfNeeded()
    {
        if (!_isTimerSet && !_pipeline.IsDrained)
        {
            _isTimerSet = true;
            _timer.Change(TimeSpan.FromMilliseconds(_services.Flush.IntervalMs), Timeout.InfiniteTimeSpan);
        }
    }

    private Task OnTimerAsync()
    {
        _isTimerSet = false;
        return StartFlush();
    }

    private Task StartFlush() => _isBroken || !_flushing.IsCompleted ? _flushing : _flushing = FlushBlocksAsync();

    /// <summary>Writes and acknowledges everything.</summary>
    /// <exception cref="TimeoutException">It took too long; some is left.</exception>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var begin = _services.Time.GetTimestamp();
        while (!_isBroken && (!_pipeline.IsDrained || !_flushing.IsCompleted))
        {
            // An acknowledgement that its ledger refuses comes back at once: the loop must not spin on it.
            cancellationToken.ThrowIfCancellationRequested();
            if (_services.Time.GetElapsedTime(begin) > FlushWaitMax)
            {
                throw new TimeoutException($"{this.GetPrimaryKeyString()} could not write and acknowledge everything in {FlushWaitMax.TotalSeconds} s.");
            }

            await StartFlush().WaitAsync(FlushWaitMax, _services.Time, cancellationToken);
            if (_pipeline.OwesOnly)
            {
                await Task.Delay(DrainPause, _services.Time, cancellationToken);
            }
        }
    }

    private async Task FlushBlocksAsync()
    {
        do
        {
            if (_pipeline.TryTakeBlock(out var block))
            {
                // Encoding and inserting need no turn: the actor goes on taking events meanwhile.
                var writing = Task.Run(() => _pipeline.WriteAsync(block, _stopping.Token));
                await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                if (!writing.IsCompletedSuccessfully)
                {
                    await StartAnewAsync(writing.Exception);
                    return;
                }

                _pipeline.Complete(block);
                await SaveDuplicatesAsync();
                await AcknowledgeAsync(block.Acknowledgements);
            }
        }
        while (_pipeline.IsBlockFull);

        SetTimerIfNeeded();
    }

    private async Task AcknowledgeAsync(IReadOnlyList<BatchAcknowledgement> acknowledgements)
    {
        foreach (var some in acknowledgements.GroupBy(owed => owed.Partition))
        {
            try
            {
                await Ledger(some.Key).AcknowledgeAsync([.. some]);
            }
            catch (Exception e)
            {
                LogAcknowledgementFailed(e, this.GetPrimaryKeyString(), some.Key);
                _pipeline.Return(some);
            }
        }
    }

    // A block that cannot even be tried: its rows are unacknowledged, so a new activation gets them again from the log.
    private async Task StartAnewAsync(Exception? reason)
    {
        _isBroken = true;
        if (!_stopping.IsCancellationRequested)
        {
            _services.Instruments.Left(_pipeline.TakenRows - _pipeline.WrittenRows);
            LogStartsAnew(reason, this.GetPrimaryKeyString());
            await AbandonAsync();
            DeactivateOnIdle();
        }
    }

    // Once a block is lost here, later rows must not reach the table: they would make the lost ones look durable.
    private void ThrowIfBroken()
    {
        if (_isBroken)
        {
            throw new InvalidOperationException($"{this.GetPrimaryKeyString()} starts anew from its table; try again.");
        }
    }

    private async Task AbandonAsync()
    {
        foreach (var (partition, epoch) in _pipeline.DescribeOwed())
        {
            await Ledger(partition).EndEpochAsync(epoch, $"{this.GetPrimaryKeyString()} left with rows that its table had not taken.");
        }
    }

    private async Task SaveDuplicatesAsync()
    {
        if (_state.State.Duplicates != _pipeline.Duplicates)
        {
            _state.State.Duplicates = _pipeline.Duplicates;
            try
            {
                await _state.WriteStateAsync();
            }
            catch (Exception e)
            {
                LogStateNotSaved(e, this.GetPrimaryKeyString());
            }
        }
    }
}
