// Goal: rows that a policy has deleted are told from rows that are missing or were added, to the second at which a day's first row may expire, with the
// engine's clock up to an hour ahead of ours.
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Metrics;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class DayRowsTests
{
    private const long DaySeconds = 86_400;
    private const long SlackSeconds = 3600;
    private const long Day = 20_000;

    [Fact]
    public void The_same_rows_are_neither_drift_nor_expired()
    {
        var days = Days((Day, 5), (Day + 1, 3));
        Assert.Equal((0L, 0L), days.Compare(Table((Day, 5), (Day + 1, 3)), Start(Day + 100), 1));
        Assert.Equal((0L, 0L), new DayRows(DayRows.None).Compare(DayRows.None, Start(Day), 1));
        Assert.Equal((8L, 0L), (days.Total, new DayRows(DayRows.None).Total));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(RetentionPolicy.DaysMax)]
    public void Rows_of_a_day_may_expire_an_hour_before_its_first_second_is_old_enough_and_not_before(int deleteAfterDays)
    {
        var days = Days((Day, 5));
        var table = Table((Day, 2));
        var isOld = Start(Day + deleteAfterDays);
        Assert.Equal((-3L, 0L), days.Compare(table, isOld - SlackSeconds - 1, deleteAfterDays));
        Assert.Equal((0L, 3L), days.Compare(table, isOld - SlackSeconds, deleteAfterDays));
        Assert.Equal((0L, 3L), days.Compare(table, isOld, deleteAfterDays));
        Assert.Equal((0L, 3L), days.Compare(table, isOld + (10 * DaySeconds), deleteAfterDays));
    }

    [Fact]
    public void The_border_is_between_two_days()
    {
        var days = Days((Day, 10), (Day + 1, 10), (Day + 2, 10));
        var table = Table((Day + 2, 4));
        Assert.Equal((-26L, 0L), days.Compare(table, Start(Day + 7) - SlackSeconds - 1, 7));
        Assert.Equal((-16L, 10L), days.Compare(table, Start(Day + 7), 7));
        Assert.Equal((-16L, 10L), days.Compare(table, Start(Day + 8) - SlackSeconds - 1, 7));
        Assert.Equal((-6L, 20L), days.Compare(table, Start(Day + 8) - SlackSeconds, 7));
        Assert.Equal((0L, 26L), days.Compare(table, Start(Day + 9), 7));
    }

    [Fact]
    public void Missing_rows_of_young_days_are_drift_however_many_old_ones_expired()
    {
        var days = Days((Day, 100), (Day + 50, 7));
        Assert.Equal((-1L, 100L), days.Compare(Table((Day + 50, 6)), Start(Day + 50), 30));
        Assert.Equal((-7L, 100L), days.Compare(DayRows.None, Start(Day + 50), 30));
    }

    [Fact]
    public void Added_rows_are_drift_on_every_day()
    {
        var days = Days((Day, 5), (Day + 50, 5));
        Assert.Equal((2L, 0L), days.Compare(Table((Day, 7), (Day + 50, 5)), Start(Day + 50), 30));
        Assert.Equal((2L, 0L), days.Compare(Table((Day, 5), (Day + 50, 7)), Start(Day + 50), 30));
        Assert.Equal((3L, 5L), days.Compare(Table((Day + 1, 3), (Day + 50, 5)), Start(Day + 50), 30));
        Assert.Equal((4L, 0L), days.Compare(Table((Day, 5), (Day + 50, 5), (Day + 51, 4)), Start(Day + 50), 30));
    }

    [Fact]
    public void Inserted_rows_count_for_the_day_of_their_second()
    {
        var days = Days((Day, 1));
        days.Add((uint)Start(Day), 10);
        days.Add((uint)(Start(Day + 1) - 1), 100);
        days.Add((uint)Start(Day + 1), 1000);
        days.Add(0, 5);
        days.Add(uint.MaxValue, 7);
        Assert.Equal(1123, days.Total);
        var table = Table((0, 5), (Day, 111), (Day + 1, 1000), (uint.MaxValue / DaySeconds, 7));
        Assert.Equal((0L, 0L), days.Compare(table, Start(Day), 1));
    }

    [Fact]
    public void What_it_was_made_of_and_what_it_is_compared_with_are_not_changed()
    {
        var rows = Table((Day, 1));
        var days = new DayRows(rows);
        rows[Day] = 50;
        Assert.Equal(1, days.Total);
        days.Add((uint)Start(Day), 1);
        var table = Table((Day, 2));
        Assert.Equal((0L, 0L), days.Compare(table, Start(Day), 1));
        Assert.Equal((0L, 0L), days.Compare(table, Start(Day), 1));
        Assert.Equal((50L, 2L), (rows[Day], table[Day]));
        Assert.Empty(DayRows.None);
    }

    [Fact]
    public void Drift_and_expired_rows_together_explain_the_table_s_count()
    {
        Seeded.Run(300, static random =>
        {
            var deleteAfterDays = random.Next(1, 20);
            var nowSeconds = Start(Day + 20) + random.Next((int)DaySeconds);
            var known = Some(random);
            var table = Some(random);
            var (drift, expired) = new DayRows(known).Compare(table, nowSeconds, deleteAfterDays);
            Assert.Equal(table.Values.Sum() - known.Values.Sum(), drift - expired);

            // Of a day, a row may be gone once its first second, an hour early, is old enough.
            var mayBeGone = known.Where(day => Start(day.Key + deleteAfterDays) <= nowSeconds + SlackSeconds).Sum(day => Math.Max(0, day.Value - table.GetValueOrDefault(day.Key)));
            Assert.Equal(mayBeGone, expired);
        });
    }

    private static DayRows Days(params (long Day, long Count)[] rows) => new(Table(rows));

    private static Dictionary<long, long> Table(params (long Day, long Count)[] rows) => rows.ToDictionary(row => row.Day, row => row.Count);

    private static Dictionary<long, long> Some(Random random) =>
        Enumerable.Range(0, 21).Where(_ => random.Next(3) > 0).ToDictionary(day => Day + day, _ => (long)random.Next(5));

    private static long Start(long day) => day * DaySeconds;
}
