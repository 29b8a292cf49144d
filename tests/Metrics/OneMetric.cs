using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

/// <summary>One metric's pipelines over one table, as its actor would run them: the one that lives, and new ones made from the table.</summary>
internal sealed class OneMetric(IClickHouse clickHouse, string project, ImpatientTime time, string metric = "m")
{
    // Of all of them: thousands of instruments that nobody ends make every listener of the process slow, a server's metrics for one.
    private static readonly MetricInstruments Instruments = new();

    /// <summary>Rows of a block, few so that there are many blocks.</summary>
    public FlushOptions Flush { get; init; } = new() { RowsMax = 50 };

    /// <summary>What is remembered and saved.</summary>
    public MetricOptions Metrics { get; init; } = new();

    /// <summary>Columns at most.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>The table, quoted.</summary>
    public string Table => SqlText.Table(project, metric);

    /// <summary>The pipeline that lives.</summary>
    public MetricPipeline Live { get; private set; } = null!;

    /// <summary>Acknowledgements that became due, in order.</summary>
    public List<BatchAcknowledgement> Acknowledged { get; } = [];

    /// <summary>What went wrong and was tried again.</summary>
    public FailureLog Failures { get; } = new();

    /// <summary>Starts over from the table, as after a crash.</summary>
    public async Task StartAsync()
    {
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        Live = await LoadAsync();
    }

    /// <summary>Another pipeline, made from what is stored.</summary>
    public async Task<MetricPipeline> LoadAsync()
    {
        var pipeline = new MetricPipeline(project, metric, NewServices());
        await pipeline.LoadAsync(CancellationToken.None);
        return pipeline;
    }

    /// <summary>What another activation would start from.</summary>
    public Task<StoredMetric> ReadStoredAsync() => NewServices().OpenStore(project, metric).LoadAsync(CancellationToken.None);

    /// <summary>A batch of this metric.</summary>
    public EventBatch Batch(BatchOrigin origin, params TestRow[] rows) => Batches.Of(origin, rows, project, metric);

    /// <summary>Hands a batch over; it must not be refused.</summary>
    public void Take(EventBatch batch)
    {
        Assert.True(Live.TryTake(batch, out var gap), gap);
        Assert.Null(gap);
    }

    /// <summary>Writes one block, if one is due.</summary>
    public async Task<bool> FlushOneAsync(CancellationToken cancellationToken = default)
    {
        if (Live.IsDrained)
        {
            return false;
        }

        PendingBlock block = null!;
        try
        {
            block = await WriteOneAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"A block was not written in time. {Failures.Messages.FirstOrDefault()}");
        }

        Live.Complete(block, default);
        Acknowledged.AddRange(block.Acknowledgements);
        return true;
    }

    /// <summary>Cuts a block and writes it, without completing it.</summary>
    public async Task<PendingBlock> WriteOneAsync(CancellationToken cancellationToken)
    {
        using var inserts = new InsertScheduler(clickHouse, 10_000, 4, time);
        using var turn = Live.BufferedRows > 0 ? await inserts.WaitTurnAsync(InsertUrgency.Aged, cancellationToken: cancellationToken) : null;
        Assert.True(Live.TryTakeBlock(out var block));
        await Live.WriteAsync(block, turn, cancellationToken);
        return block;
    }

    /// <summary>Writes everything.</summary>
    public async Task DrainAsync()
    {
        while (await FlushOneAsync())
        {
        }

        Assert.True(Live.IsDrained);
    }

    /// <summary>Live state, a state made from the table, and the table's row count are the same. Only when drained.</summary>
    public async Task AssertLiveEqualsTableAsync()
    {
        var live = Live.Describe();
        var rebuilt = (await LoadAsync()).Describe();
        Assert.Equal(SnapshotText.Of(live), SnapshotText.Of(rebuilt));
        Assert.Equal(live.Total, await CountAsync());
        Assert.Equal(live.Total, live.DurableRows);
        await AssertRebuiltEitherWayAsync();
    }

    /// <summary>Rows in the table; 0 when there is none.</summary>
    public async Task<long> CountAsync() => Live.Exists
        ? long.Parse((await clickHouse.ReadRowsAsync($"SELECT toString(count()) FROM {Table}"))[0][0]!, System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    // Few rows are read in one query, many in several.
    private async Task AssertRebuiltEitherWayAsync()
    {
        if ((await ReadStoredAsync()).Description is { } description)
        {
            var few = await new LiveRebuild(clickHouse, time) { FewRowsMax = int.MaxValue }.FromTableAsync(Table, description.Columns, CancellationToken.None);
            var many = await new LiveRebuild(clickHouse, time) { FewRowsMax = 0 }.FromTableAsync(Table, description.Columns, CancellationToken.None);
            Assert.Equal(StateText.Of(many.Live, description.Columns, time.NowMs), StateText.Of(few.Live, description.Columns, time.NowMs));

            // And what is kept is the same, to the last bit of every sketch.
            Assert.True(LiveSnapshotCodec.TryRead(Live.Capture()!.Bytes, description.Columns, out var kept, out var whyNot, Clock), whyNot);
            Assert.Equal(many.Live.Fields.Select(StateText.Hex), kept.Live.Fields.Select(StateText.Hex));
            Assert.Equal(StateText.Windows(many.Live), StateText.Windows(kept.Live));
        }
    }

    private EventClock Clock => new(time, EventClock.UsualGraceMs);

    private MetricServices NewServices() => new(
        clickHouse, new InsertScheduler(clickHouse, 10_000, 4, time), Flush, Metrics, Limits, time, Failures, Instruments);
}
