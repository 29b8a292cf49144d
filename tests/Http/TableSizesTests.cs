// Goal: the sizes of tables are read beside whoever wants them, seldom enough, and a reading that fails leaves what is known.
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Http.Overview;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class TableSizesTests
{
    private readonly ManualTime _time = new();
    private readonly ClickHouseDouble _engine = new();

    [Fact]
    public async Task They_are_read_again_after_the_pause_and_not_before()
    {
        var sizes = await ReadOnceAsync();
        _time.Advance(TableSizes.IntervalMin - TimeSpan.FromMilliseconds(1));
        sizes.Refresh(CancellationToken.None);
        await sizes.Reading;
        Assert.Equal(3, _engine.Queries.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        sizes.Refresh(CancellationToken.None);
        await sizes.Reading;
        Assert.Equal(6, _engine.Queries.Count);
    }

    [Fact]
    public async Task A_reading_that_took_long_is_followed_by_a_long_pause()
    {
        _engine.Answer = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return string.Empty;
        };
        var sizes = await ReadOnceAsync();
        _time.Advance(TimeSpan.FromSeconds(3 * TableSizes.PauseFactor) - TimeSpan.FromSeconds(1));
        sizes.Refresh(CancellationToken.None);
        Assert.Equal(3, _engine.Queries.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        sizes.Refresh(CancellationToken.None);
        await sizes.Reading;
        Assert.Equal(6, _engine.Queries.Count);
    }

    [Fact]
    public async Task A_reading_that_fails_leaves_what_is_known()
    {
        _engine.Answer = sql => sql.Contains("system.metrics", StringComparison.Ordinal) ? """["7"]""" : sql.Contains("system.tables", StringComparison.Ordinal) ? """["shop","buy","4","9"]""" : """["shop","buy"]""";
        var sizes = await ReadOnceAsync();
        Assert.Equal(new TableSize(4, 9), sizes.Current[("shop", "buy")]);
        _engine.Answer = _ => throw new ClickHouseException(0, "away");
        _time.Advance(TableSizes.IntervalMin);
        sizes.Refresh(CancellationToken.None);
        await sizes.Reading;
        Assert.Equal(4, _engine.Queries.Count);
        Assert.Equal(7, sizes.PartCount);
        Assert.Equal(new TableSize(4, 9), sizes.Current[("shop", "buy")]);
    }

    private async Task<TableSizes> ReadOnceAsync()
    {
        var sizes = new TableSizes(_engine, _time, NullLogger<TableSizes>.Instance);
        sizes.Refresh(CancellationToken.None);
        await sizes.Reading;
        return sizes;
    }
}
