using System.Diagnostics;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Telemetry;
using Analytics.Grains.Views.Sinks;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Step 5, without the runtime: what one metric's actor does in its turns. Takes the batches of its stream in order; inserts run beside the
/// turn, one at a time, and come back to it to be acknowledged. All methods belong to the turn; those that only read may come between.
/// </summary>
internal sealed partial class MetricActor : IDisposable
{
    // Half of the runtime's 30 s call timeout, so that a full buffer answers with a refusal, not with a second delivery.
    private static readonly TimeSpan RoomWaitMax = TimeSpan.FromSeconds(15);

    // A caller of Flush gives up after 30 s; this says why before it does.
    private static readonly TimeSpan FlushWaitMax = TimeSpan.FromSeconds(25);

    private readonly IMetricHost _host;
    private readonly MetricServices _services;
    private readonly MetricPipeline _pipeline;
    private readonly SnapshotKeeper _snapshots;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ViewSinks? _sinks;
    private Task? _loading;
    private Task _flushing = Task.CompletedTask;
    private FlushTrigger _trigger;
    private CancellationTokenSource? _turnWait;
    private bool _isTimerSet;
    private bool _isBroken;
    private bool _isTaking;

    /// <summary>An actor that has not read its table yet; it does with the first call.</summary>
    public MetricActor(IMetricHost host, string project, string metric, MetricServices services)
    {
        _host = host;
        _services = services;
        _logger = services.Loggers.CreateLogger<MetricActor>();
        _pipeline = new MetricPipeline(project, metric, services);
        _snapshots = new SnapshotKeeper(_pipeline, services, _logger);
        _sinks = NewSinks(project, metric);
    }

    private string Key => _pipeline.Key;

    /// <summary>Takes batches of the metric's stream, in the log's order. One call at a time.</summary>
    /// <exception cref="TimeoutException">There is no room for them now; what of them was taken is known when they are offered again.</exception>
    public async Task TakeAsync(IReadOnlyList<EventBatch> batches)
    {
        _isTaking = true;
        try
        {
            await EnsureLoadedAsync();
            ThrowIfBroken();
            if (!_pipeline.Exists)
            {
                await RegisterAsync();
            }

            foreach (var batch in batches)
            {
                if (!_pipeline.HasRoom)
                {
                    await WaitForRoomAsync();
                    ThrowIfBroken();
                }

                await TakeAsync(batch);
            }

            NoteChange();
            LookAtAlerts();
            ScheduleFlush();
            WakeSinks();
        }
        finally
        {
            _isTaking = false;
        }
    }

    /// <summary>The live state as of now; <see langword="null"/> when the metric has never had an event.</summary>
    public async Task<MetricSnapshot?> GetSnapshotAsync()
    {
        await EnsureLoadedAsync();
        LookForChanges();
        return _pipeline.Exists ? _pipeline.Describe() : null;
    }

    /// <summary>Rows by event time; <see langword="null"/> when live state does not have all of them.</summary>
    public async Task<long[]?> GetCountsAsync(int slotMs, long fromMs, long toMs)
    {
        await EnsureLoadedAsync();
        LookForChanges();
        return _pipeline.CountsOf(slotMs, fromMs, toMs);
    }

    /// <summary>The newest rows by event time; <see langword="null"/> when live state does not have them, or the table not all others.</summary>
    public async Task<TailCounts?> GetTailCountsAsync(int slotMs, long fromMs, long toMs)
    {
        await EnsureLoadedAsync();
        LookForChanges();
        return _pipeline.TailOf(slotMs, fromMs, toMs);
    }

    /// <summary>The table's columns; <see langword="null"/> when the metric has never had an event.</summary>
    public async Task<MetricSchema?> GetSchemaAsync()
    {
        await EnsureLoadedAsync();
        return _pipeline.Exists || _pipeline.Settings != MetricSettings.None ? _pipeline.DescribeSchema() : null;
    }

    /// <summary>Whether a batch is here and not yet acknowledged, or may just be arriving.</summary>
    public async Task<bool> HoldsAsync(BatchAcknowledgement batch)
    {
        await EnsureLoadedAsync();
        return _isTaking || _pipeline.Holds(batch);
    }

    /// <summary>A delivery has failed; the batch is offered again.</summary>
    public void OnDeliveryError(Exception exception) => LogDeliveryFailed(exception, Key);

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task TakeAsync(EventBatch batch)
    {
        string? gap;
        using var span = batch.Trace is null ? null : Trace(ref batch);
        try
        {
            _pipeline.TryTake(batch, out gap);
        }
        catch (Exception e)
        {
            // Half taken: what is in memory can no longer be trusted, what is in table and log can.
            span.Fail(e);
            await StartAnewAsync(e);
            throw;
        }

        if (gap is not null)
        {
            await _host.Ledger(batch.Origin.Partition).EndEpochAsync(batch.Origin.Epoch, gap);
        }
    }

    // What is taken goes on as part of this span.
    private Activity? Trace(ref EventBatch batch)
    {
        var now = _services.Time.GetUtcNow().UtcDateTime;
        PipelineTrace.Delivered(batch.Trace!, now);
        var span = PipelineTrace.Apply(batch, batch.Trace!);
        if (span?.Id is { } id)
        {
            batch = batch.With(new BatchTrace([id], now.Ticks));
        }

        return span;
    }

    private Task EnsureLoadedAsync()
    {
        if (_loading is null || _loading.IsFaulted || _loading.IsCanceled)
        {
            _loading = LoadAsync();
        }

        return _loading;
    }

    private async Task LoadAsync()
    {
        await _pipeline.LoadAsync(_stopping.Token);
        ContinuePromotions();
        FollowSinks();
        SetLookTimer();
        BeginAlerts(await _pipeline.LoadAlertsAsync(_stopping.Token));
    }

    private Task RegisterAsync() => _pipeline.Project == DeadLetterFields.Project ? Task.CompletedTask : _host.RegisterAsync();

    private async Task WaitForRoomAsync()
    {
        var begin = _services.Time.GetTimestamp();
        while (!_pipeline.HasRoom && !_isBroken)
        {
            var left = RoomWaitMax - _services.Time.GetElapsedTime(begin);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"{Key} holds as many rows as it may and its table takes none; offered again later.");
            }

            await Task.WhenAny(StartFlush(FlushTrigger.Bytes), Task.Delay(left, _services.Time));
        }
    }

    // Once a block is lost here, later rows must not reach the table: they would make the lost ones look durable.
    private void ThrowIfBroken()
    {
        if (_isBroken || _stopping.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{Key} starts anew from its table; try again.");
        }
    }
}
