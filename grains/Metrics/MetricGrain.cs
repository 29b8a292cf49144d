using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Step 5: the actor of one metric. Takes the batches of its stream in its turn; inserts run beside it, one at a time, and
/// come back to the turn to be acknowledged.
/// </summary>
[ImplicitStreamSubscription(StreamNames.Metrics)]
[HashBasedPlacement]
internal sealed partial class MetricGrain : Grain, IMetricGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<EventBatch>, IDisposable
{
    // Half of the runtime's 30 s call timeout, so that a full buffer answers with a refusal, not with a second delivery.
    private static readonly TimeSpan RoomWaitMax = TimeSpan.FromSeconds(15);

    // A caller of Flush gives up after 30 s; this says why before it does.
    private static readonly TimeSpan FlushWaitMax = TimeSpan.FromSeconds(25);

    private readonly MetricServices _services;
    private readonly IPersistentState<MetricState> _state;
    private readonly ILogger<MetricGrain> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private MetricPipeline _pipeline = null!;
    private IGrainTimer _timer = null!;
    private Task? _loading;
    private Task _flushing = Task.CompletedTask;
    private bool _isTimerSet;
    private bool _isBroken;

    public MetricGrain(
        MetricServices services, [PersistentState("metric", StreamNames.Storage)] IPersistentState<MetricState> state, ILogger<MetricGrain> logger)
    {
        _services = services;
        _state = state;
        _logger = logger;
    }

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Nothing is read from the table yet: an activation that takes long holds up its whole log partition.
        var (project, metric) = MetricKey.Split(this.GetPrimaryKeyString());
        _pipeline = new MetricPipeline(project, metric, _services);
        _timer = this.RegisterGrainTimer(
            static (grain, _) => grain.OnTimerAsync(), this,
            new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<EventBatch>().ResumeAsync(this);

    /// <inheritdoc />
    public async Task OnNextAsync(IList<SequentialItem<EventBatch>> items)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if (!_pipeline.Exists)
        {
            await RegisterAsync();
        }

        foreach (var item in items)
        {
            if (!_pipeline.HasRoom)
            {
                await WaitForRoomAsync();
                ThrowIfBroken();
            }

            await TakeAsync(item.Item);
        }

        ScheduleFlush();
    }

    /// <inheritdoc />
    public Task OnErrorAsync(Exception ex)
    {
        LogDeliveryFailed(ex, this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<MetricSnapshot?> GetSnapshotAsync()
    {
        await EnsureLoadedAsync();
        return _pipeline.Exists ? _pipeline.Describe() : null;
    }

    /// <inheritdoc />
    public async Task<MetricSchema?> GetSchemaAsync()
    {
        await EnsureLoadedAsync();
        return _pipeline.Exists ? _pipeline.DescribeSchema() : null;
    }

    /// <inheritdoc />
    public async Task FlushAsync()
    {
        await EnsureLoadedAsync();
        var target = _pipeline.TakenRows;
        while (_pipeline.WrittenRows < target)
        {
            ThrowIfBroken();
            await StartFlush().WaitAsync(FlushWaitMax, _services.Time);
        }
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            while (!_isBroken && (!_pipeline.IsDrained || !_flushing.IsCompleted))
            {
                await StartFlush().WaitAsync(FlushWaitMax, _services.Time, cancellationToken);
            }
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The rows are still in the log: nothing was acknowledged, so they are read and taken again.
            LogLeftBehind(this.GetPrimaryKeyString(), _pipeline.TakenRows - _pipeline.WrittenRows);
            await AbandonAsync();
        }

        // An insert that has begun is finished first: the next activation must find in the table all that will ever be there.
        await _stopping.CancelAsync();
        await _flushing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await SaveDuplicatesAsync();
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task TakeAsync(EventBatch batch)
    {
        string? gap;
        try
        {
            _pipeline.TryTake(batch, out gap);
        }
        catch (Exception e)
        {
            // Half taken: what is in memory can no longer be trusted, what is in table and log can.
            await StartAnewAsync(e);
            throw;
        }

        if (gap is not null)
        {
            await Ledger(batch.Origin.Partition).EndEpochAsync(batch.Origin.Epoch, gap);
        }
    }

    private IPartitionGrain Ledger(int partition) =>
        GrainFactory.GetGrain<IPartitionGrain>(partition.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private Task EnsureLoadedAsync()
    {
        if (_loading is null || _loading.IsFaulted || _loading.IsCanceled)
        {
            _loading = _pipeline.LoadAsync(_state.State.Duplicates, _stopping.Token);
        }

        return _loading;
    }

    private Task RegisterAsync() => _pipeline.Project == DeadLetterFields.Project
        ? Task.CompletedTask
        : GrainFactory.GetGrain<IProjectGrain>(_pipeline.Project).RegisterMetricAsync(_pipeline.Metric);

    private async Task WaitForRoomAsync()
    {
        var deadline = _services.Time.GetTimestamp();
        while (!_pipeline.HasRoom && !_isBroken)
        {
            var left = RoomWaitMax - _services.Time.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"{this.GetPrimaryKeyString()} holds as many rows as it may and its table takes none; offered again later.");
            }

            await Task.WhenAny(StartFlush(), Task.Delay(left, _services.Time));
        }
    }

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

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "A batch for {Metric} could not be delivered; it is offered again")]
    private partial void LogDeliveryFailed(Exception exception, string metric);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "{Metric}: the ledger of partition {Partition} did not take acknowledgements; they are sent again")]
    private partial void LogAcknowledgementFailed(Exception exception, string metric, int partition);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning, Message = "{Metric}: the count of duplicates could not be saved; it is saved with its next change")]
    private partial void LogStateNotSaved(Exception exception, string metric);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Error, Message = "{Metric}: events could not be taken or written as they are; the actor starts anew from its table")]
    private partial void LogStartsAnew(Exception? exception, string metric);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Warning, Message = "{Metric} leaves with {Rows} rows that its table has not taken; they are read from the log again")]
    private partial void LogLeftBehind(string metric, long rows);
}
