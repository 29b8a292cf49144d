using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
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

    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(50);

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
            await DrainAsync(cancellationToken);
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
        var begin = _services.Time.GetTimestamp();
        while (!_pipeline.HasRoom && !_isBroken)
        {
            var left = RoomWaitMax - _services.Time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"{this.GetPrimaryKeyString()} holds as many rows as it may and its table takes none; offered again later.");
            }

            await Task.WhenAny(StartFlush(), Task.Delay(left, _services.Time));
        }
    }
}
