// Goal: an activation that starts from a snapshot and the rows after it has the very state that lived, and the one a whole table gives; and whenever a
// snapshot cannot be trusted, the table alone is.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
using Analytics.Grains.Metrics;
using Analytics.Grains.Metrics.State;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class SnapshotRestoreTests(EngineFixture engine)
{
    private readonly ImpatientTime _time = new();
    private readonly List<string> _statements = [];
    private List<string> _loading = [];
    private FaultyClickHouse _clickHouse = null!;
    private OneMetric _metric = null!;
    private string _project = null!;
    private long _offset;

    [Fact]
    public Task Snapshots_at_any_moment_of_random_events_give_the_state_that_lived() => Seeded.RunAsync(10, RunAsync);

    [Fact]
    public async Task A_snapshot_without_rows_after_it_reads_no_column_of_the_table()
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)), ("b", TestValue.Text("x")));
        await SaveAsync();
        await AssertRestoredAsync(isFromSnapshot: true);
        Assert.DoesNotContain(_loading, sql => sql.Contains("`b`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_of_the_second_the_snapshot_was_taken_in_are_neither_lost_nor_counted_twice()
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        await SaveAsync();
        await TakeAsync(("a", TestValue.Int(2)));
        await TakeAsync(partition: 5, ("a", TestValue.Int(4)));
        await AssertRestoredAsync(isFromSnapshot: true);
    }

    [Fact]
    public async Task Columns_widened_and_added_after_the_snapshot_are_followed()
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        await SaveAsync();
        await TakeAsync(("a", TestValue.Float(0.5)), ("b", TestValue.Texts("x")), ("c", TestValue.Time("2026-11-20T10:00:00Z")));
        await AssertRestoredAsync(isFromSnapshot: true);
    }

    [Theory]
    [InlineData(500, 500, true)]
    [InlineData(500, 501, false)]
    [InlineData(1001, 1, false)]
    [InlineData(1, 1001, false)]
    public async Task Counts_of_texts_are_given_up_by_the_values_before_and_after_together(int before, int after, bool hasCounts)
    {
        await StartAsync();
        await TakeTextsAsync(0, before);
        await SaveAsync();
        await TakeTextsAsync(before, after);
        await AssertRestoredAsync(isFromSnapshot: true);
        Assert.Equal(hasCounts, (await _metric.LoadAsync()).Describe().Fields[0].Top![0].Error is null);
    }

    [Fact]
    public async Task Of_several_snapshots_the_last_one_counts()
    {
        await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await TakeAsync(("a", TestValue.Int(i)));
            await SaveAsync();
            await AssertRestoredAsync(isFromSnapshot: true);
        }

        Assert.Contains(_loading, sql => sql.Contains("_offset <= 4", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TRUNCATE TABLE {0}")]
    [InlineData("DELETE FROM {0} WHERE a = 1")]
    [InlineData("INSERT INTO {0} SELECT * FROM {0} LIMIT 1")]
    public async Task A_table_whose_rows_somebody_changed_is_read_whole(string sql)
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        await TakeAsync(("a", TestValue.Int(2)));
        await SaveAsync();
        await _clickHouse.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, _metric.Table));
        await AssertRebuiltAsync("its table does not have the rows that were counted");
    }

    [Theory]
    [InlineData("ALTER TABLE {0} DROP COLUMN a SETTINGS mutations_sync = 2", "column 'a' is gone")]
    [InlineData("ALTER TABLE {0} MODIFY COLUMN a Nullable(String) CODEC(Default) SETTINGS mutations_sync = 2", "column 'a' was of type Int64 and is String now")]
    public async Task A_table_whose_columns_somebody_changed_is_read_whole(string sql, string reason)
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        await SaveAsync();
        await _clickHouse.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, _metric.Table));
        await AssertRebuiltAsync(reason);
    }

    [Fact]
    public async Task A_snapshot_of_another_form_or_a_damaged_one_is_left_aside_and_told()
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        var states = new MetricStateStore(_clickHouse, _time);
        var writer = new SnapshotWriter();
        writer.WriteByte(LiveSnapshotCodec.Version + 1);
        await states.SaveAsync(new StateEntry("live", $"{_project}/m", 1, writer.Seal()), default);
        await AssertRebuiltAsync($"it has form {LiveSnapshotCodec.Version + 1}");
        await states.SaveAsync(new StateEntry("live", $"{_project}/m", 2, "?"u8.ToArray()), default);
        await AssertRebuiltAsync("it is damaged");
    }

    [Fact]
    public async Task A_count_of_duplicates_that_cannot_be_read_begins_anew_and_is_told()
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Int(1)));
        var states = new MetricStateStore(_clickHouse, _time);
        var version = 0UL;
        foreach (var text in new[] { "{", "null", """{"Total":-1,"Positions":{}}""", """{"Total":1}""" })
        {
            await states.SaveAsync(new StateEntry("duplicates", $"{_project}/m", ++version, System.Text.Encoding.UTF8.GetBytes(text)), default);
            Assert.Equal(0, (await _metric.LoadAsync()).Duplicates);
            Assert.Equal(version, (ulong)_metric.Failures.Messages.Count(message => message.Contains("'duplicates' cannot be used", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public async Task A_state_larger_than_allowed_is_not_saved(int room, bool isSaved)
    {
        await StartAsync();
        await TakeAsync(("a", TestValue.Text("x")));
        var sizeBytes = _metric.Live.Capture()!.Bytes.Length;
        var small = new OneMetric(_clickHouse, _project, _time) { Metrics = new MetricOptions { SnapshotBytesMax = sizeBytes + room } };
        await small.StartAsync();
        Assert.Equal(isSaved, small.Live.Capture() is not null);
    }

    private async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        await StartAsync();
        PartitionFeed[] feeds = [new(0, random, _time), new(3, random, _time)];
        LiveSnapshot? captured = null;
        for (var round = 0; round < 5; round++)
        {
            for (var step = random.Next(1, 8); step > 0; step--)
            {
                var (origin, rows) = feeds[random.Next(feeds.Length)].Next();
                _metric.Take(_metric.Batch(origin, rows));
                if (random.Next(3) == 0)
                {
                    await _metric.FlushOneAsync();
                }

                captured = random.Next(3) == 0 ? _metric.Live.Capture() : captured;
                _time.Advance(random.Next(0, 2) * random.Next(0, 100_000));
            }

            await _metric.DrainAsync();
            if (captured is not null)
            {
                await _metric.Live.SaveAsync(captured, default);
                await AssertRestoredAsync(isFromSnapshot: true);
            }
        }
    }

    private async Task StartAsync()
    {
        _clickHouse = new FaultyClickHouse(await engine.OpenAsync())
        {
            BeforeStatement = sql =>
            {
                _statements.Add(sql);
                return null;
            },
        };
        _project = await engine.NewDatabaseAsync();
        _metric = new OneMetric(_clickHouse, _project, _time) { Flush = new FlushOptions { RowsMax = 100 } };
        _offset = 0;
        await _metric.StartAsync();
    }

    private Task TakeAsync(params (string Name, TestValue Value)[] fields) => TakeAsync(0, fields);

    private async Task TakeAsync(int partition, params (string Name, TestValue Value)[] fields)
    {
        var row = new TestRow { Offset = _offset++, Received = _time.NowMs - 1500, Fields = fields.ToDictionary(field => field.Name, field => field.Value) };
        _metric.Take(_metric.Batch(new BatchOrigin(partition, 1, 0, -1, _offset, 0), row));
        await _metric.DrainAsync();
    }

    private async Task TakeTextsAsync(int first, int count)
    {
        TestRow[] rows =
        [
            .. Enumerable.Range(first, count).Select(i => new TestRow
            {
                Offset = _offset++,
                Fields = new Dictionary<string, TestValue> { ["a"] = TestValue.Text($"v{i}") },
            }),
        ];
        _metric.Take(_metric.Batch(new BatchOrigin(0, 1, 0, -1, _offset, 0), rows));
        await _metric.DrainAsync();
    }

    private Task SaveAsync() => _metric.Live.SaveAsync(_metric.Live.Capture()!, default);

    private async Task AssertRestoredAsync(bool isFromSnapshot)
    {
        _statements.Clear();
        var stored = await _metric.ReadStoredAsync();
        _loading = [.. _statements];
        Assert.Equal(isFromSnapshot, !_loading.Exists(sql => sql.Contains("WHERE 1 ", StringComparison.Ordinal)));
        var columns = stored.Description!.Columns;
        var restored = StateText.Of(stored.Live, columns, _time.NowMs);
        var rebuild = new LiveRebuild(_clickHouse, _time);
        var rebuilt = await rebuild.FromTableAsync(_metric.Table, columns, default);
        Assert.Equal(StateText.Of(rebuilt.Live, columns, _time.NowMs), restored);
        Assert.Equal(rebuilt.InsertedSeconds, stored.LastInsertedSeconds);
        if (isFromSnapshot)
        {
            Assert.True(LiveSnapshotCodec.TryRead(_metric.Live.Capture()!.Bytes, columns, out var kept, out var whyNot, new EventClock(_time, EventClock.UsualGraceMs)), whyNot);
            Assert.Equal(StateText.Of(kept.Live, columns, _time.NowMs), restored);
            await _metric.AssertLiveEqualsTableAsync();
            Assert.Empty(_metric.Failures.Messages);
        }
    }

    private async Task AssertRebuiltAsync(string reason)
    {
        await AssertRestoredAsync(isFromSnapshot: false);
        Assert.Contains(_metric.Failures.Messages, message => message.Contains(reason, StringComparison.Ordinal));
    }
}
