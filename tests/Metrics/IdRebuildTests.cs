// Goal: a window filled from the table decides about what comes next as the one that lived does: neither an id more nor one less.
using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Live;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class IdRebuildTests(EngineFixture engine)
{
    private const long NowMs = 1_800_000_000_000;
    private const long HourMs = 3_600_000;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly List<string> _rows = [];
    private readonly Dictionary<int, PartitionEnd> _ends = [];

    [Theory]
    [InlineData(HourMs, true)]
    [InlineData(HourMs + 1, false)]
    public async Task Ids_are_read_as_far_back_as_the_window(long ageMs, bool isKnown)
    {
        Add("a", 0, 1, NowMs - ageMs);
        Add("b", 0, 2, NowMs);
        var ids = await FillAsync();
        Assert.Equal(isKnown ? 2 : 1, ids.Count);
        Assert.Equal(!isKnown, ids.TryAdd("a"u8, NowMs));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public async Task The_newest_are_read_where_there_are_more(int idsMax, bool isNew)
    {
        Add("a", 0, 1, NowMs);
        Add("b", 0, 2, NowMs);
        Assert.Equal(isNew, (await FillAsync(idsMax)).TryAdd("a"u8, NowMs));
    }

    [Fact]
    public async Task A_partition_that_lags_finds_its_own_ids_and_those_the_others_took_meanwhile()
    {
        Add("own", 1, 1, NowMs - (23 * HourMs) - HourMs);
        Add("late", 1, 2, NowMs - (23 * HourMs));
        Add("other", 0, 1, NowMs - (20 * HourMs));
        Add("old", 0, 0, NowMs - (24 * HourMs) - 1);
        Add("new", 0, 2, NowMs);
        var ids = await FillAsync();
        Assert.Equal(4, ids.Count);
        Assert.False(ids.TryAdd("own"u8, NowMs - (23 * HourMs)));
        Assert.False(ids.TryAdd("other"u8, NowMs - (22 * HourMs)));
        Assert.True(ids.TryAdd("old"u8, NowMs));
    }

    [Fact]
    public async Task A_partition_that_is_silent_finds_its_own_ids_and_makes_no_other_reach_back()
    {
        Add("own", 1, 1, NowMs - (48 * HourMs) - HourMs);
        Add("silent", 1, 2, NowMs - (48 * HourMs));
        Add("other", 0, 1, NowMs - (20 * HourMs));
        Add("new", 0, 2, NowMs);
        var ids = await FillAsync();
        Assert.Equal(3, ids.Count);
        Assert.False(ids.TryAdd("own"u8, NowMs - (48 * HourMs)));
        Assert.True(ids.TryAdd("other"u8, NowMs));
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_does_not_empty_the_window()
    {
        Add("a", 0, 1, NowMs - 1000);
        Add("future", 0, 2, NowMs + (1000 * HourMs));
        Assert.Equal(2, (await FillAsync()).Count);
    }

    [Fact]
    public async Task Ids_are_taken_in_the_order_of_blocks_then_of_receipt_and_place()
    {
        Add("x", 0, 5, NowMs - 10, insertedMs: NowMs);
        Add("y", 0, 6, NowMs - 10, insertedMs: NowMs);
        Add("z", 1, 1, NowMs - 500, insertedMs: NowMs + 1000);
        var ids = await FillAsync(idsMax: 2);
        Assert.False(ids.TryAdd("z"u8, NowMs));
        Assert.False(ids.TryAdd("y"u8, NowMs));
        Assert.True(ids.TryAdd("x"u8, NowMs));
    }

    [Fact]
    public async Task A_window_filled_from_the_table_decides_like_the_one_that_lived()
    {
        await Seeded.RunAsync(8, async seed =>
        {
            var random = new Random(seed);
            var idsMax = random.Next(5, 60);
            var lived = new IdWindow(idsMax, Hour);
            _rows.Clear();
            _ends.Clear();
            var (receivedMs, offset) = (NowMs - (3 * HourMs), 0L);
            for (; offset < 300; offset++, receivedMs += random.Next(0, 70_000))
            {
                var id = $"id-{random.Next(80)}";
                if (lived.TryAdd(Encoding.UTF8.GetBytes(id), receivedMs))
                {
                    Add(id, 0, offset, receivedMs, insertedMs: receivedMs + 500);
                }
            }

            var filled = await FillAsync(idsMax);
            for (var end = offset + 300; offset < end; offset++, receivedMs += random.Next(0, 20_000))
            {
                var id = Encoding.UTF8.GetBytes($"id-{random.Next(80)}");
                Assert.Equal(lived.TryAdd(id, receivedMs), filled.TryAdd(id, receivedMs));
            }
        });
    }

    private void Add(string id, int partition, long offset, long receivedMs, long? insertedMs = null)
    {
        _rows.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"({receivedMs} / 1000, '{id}', fromUnixTimestamp64Milli({receivedMs}, 'UTC'), {partition}, {offset}, 0, {(insertedMs ?? receivedMs) / 1000})"));
        var end = new PartitionEnd(offset, receivedMs);
        _ends[partition] = _ends.TryGetValue(partition, out var known) ? known.Or(end) : end;
    }

    private async Task<IdWindow> FillAsync(int idsMax = 100)
    {
        var clickHouse = await engine.OpenAsync();
        var table = SqlText.Table(await engine.NewDatabaseAsync(), "m");
        await clickHouse.ExecuteAsync(TableSql.CreateTable(table, []));
        await clickHouse.ExecuteAsync(
            $"INSERT INTO {table} (_time, _id, _received, _partition, _offset, _seq, _inserted) VALUES {string.Join(", ", _rows)}");
        var ids = new IdWindow(idsMax, Hour);
        await new IdRebuild(clickHouse, new ImpatientTime()).FillAsync(table, _ends, idsMax, Hour, ids, default);
        return ids;
    }
}
