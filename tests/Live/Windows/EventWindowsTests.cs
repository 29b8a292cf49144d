// Goal: windows count every row of their time once, by its own time, in any order; late rows are told by when they came, and those of a time to come wait for it.
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Live.Windows;

public sealed class EventWindowsTests
{
    private const long GraceMs = 5_000;
    private readonly ImpatientTime _time = new();
    private readonly EventWindows _windows;

    public EventWindowsTests() => _windows = new EventWindows(new EventClock(_time, GraceMs));

    [Theory]
    [InlineData(GraceMs, 0)]
    [InlineData(GraceMs + 1, 1)]
    [InlineData(-100_000, 0)]
    public void An_event_is_late_when_it_comes_after_the_period_of_grace(long delayMs, long late)
    {
        Add(_time.NowMs - delayMs);
        Assert.Equal(late, _windows.Late);
    }

    [Fact]
    public void A_row_is_in_the_windows_of_its_second_its_minute_and_its_hour()
    {
        var minute = _time.NowMs / 60_000 * 60_000;
        Add(minute, minute + 999, minute - 1, minute - 3_600_000);
        Assert.Equal([0, 1, 2, 0], _windows.CountsOf(1000, minute - 2000, minute + 2000)!);
        Assert.Equal([1, 2], _windows.CountsOf(60_000, minute - 60_000, minute + 60_000)!);
        var hour = minute / 3_600_000 * 3_600_000;
        Assert.Equal(4, _windows.CountsOf(3_600_000, hour - 7_200_000, hour + 3_600_000)!.Sum());
    }

    [Theory]
    [InlineData(1000, 600_000)]
    [InlineData(60_000, 86_400_000)]
    [InlineData(3_600_000, 2_592_000_000)]
    public void What_is_older_than_the_windows_is_the_tables(int slotMs, long reachMs)
    {
        var end = ((_time.NowMs / slotMs) + 1) * slotMs;
        Assert.Equal(reachMs / slotMs, _windows.CountsOf(slotMs, end - reachMs, end)!.Length);
        Assert.Null(_windows.CountsOf(slotMs, end - reachMs - slotMs, end));
        Assert.Null(_windows.CountsOf(slotMs, end - slotMs + 1, end));
        Assert.Null(_windows.CountsOf(slotMs, end - slotMs, end - 1));
        Assert.Null(_windows.CountsOf(slotMs + 1, end - slotMs - 1, end));
    }

    [Fact]
    public void What_is_of_a_time_to_come_is_there_when_it_has_come()
    {
        var then = (_time.NowMs / 1000 * 1000) + 200_000;
        Add(then, then + 1);
        Assert.Null(_windows.CountsOf(1000, then, then + 1000));
        Assert.Equal([0], _windows.CountsOf(1000, then - 1000, then)!);
        var restored = Restored();
        _time.Advance(150_000);
        Assert.Equal([2], _windows.CountsOf(1000, then, then + 1000)!);
        Assert.Equal([2], restored.CountsOf(1000, then, then + 1000)!);
    }

    [Fact]
    public void Of_too_many_times_to_come_the_farthest_are_the_tables()
    {
        var then = (_time.NowMs / 1000 * 1000) + 200_000;
        for (var i = EventWindows.ComingMax; i >= 0; i--)
        {
            Add(then + (i * 1000));
        }

        var end = then + (EventWindows.ComingMax * 1000);
        Assert.Equal(end, _windows.IncompleteFromMs);
        _time.Advance(end - _time.NowMs);
        Assert.Equal(Enumerable.Repeat(1L, EventWindows.ComingMax), _windows.CountsOf(1000, then, end)!);
        Assert.Null(_windows.CountsOf(1000, then, end + 1000));
    }

    [Fact]
    public void The_order_of_rows_is_all_the_same_and_a_restored_state_is_the_same()
    {
        Seeded.Run(100, static random =>
        {
            var time = new ImpatientTime();
            var rows = Enumerable.Range(0, random.Next(1, 200)).Select(_ => (Time: time.NowMs - random.NextInt64(-300_000, random.Next(2) == 0 ? 700_000 : 3_000_000_000), Keep: random.Next(4) > 0)).ToArray();
            var received = rows.Select(_ => time.NowMs).ToArray();
            var clock = new EventClock(time, GraceMs);
            var one = new EventWindows(clock);
            one.Add([.. rows.Select(row => row.Time)], received, [.. rows.Select(row => row.Keep)]);
            random.Shuffle(rows);
            var other = new EventWindows(clock);
            foreach (var row in rows.Where(row => row.Keep))
            {
                other.Add([row.Time], [time.NowMs], default);
            }

            var restored = Restored(one, clock);
            for (var i = 0; i < 3; i++)
            {
                foreach (var (expected, actual) in one.Rings.Zip(other.Rings).Concat(one.Rings.Zip(restored.Rings)))
                {
                    Assert.Equal(expected.Counted(one.Advance()), actual.Counted(other.Advance() + (restored.Advance() * 0)));
                }

                Assert.Equal((one.Late, one.Late), (other.Late, restored.Late));
                time.Advance(random.Next(200_000));
            }
        });
    }

    [Fact]
    public void Another_period_of_grace_is_noticed()
    {
        var writer = new SnapshotWriter();
        _windows.Save(writer);
        Assert.True(SnapshotReader.TryOpen(writer.Seal(), out var reader));
        Assert.False(new EventWindows(new EventClock(_time, GraceMs + 1)).Restore(ref reader));
    }

    private static EventWindows Restored(EventWindows windows, EventClock clock)
    {
        var writer = new SnapshotWriter();
        windows.Save(writer);
        Assert.True(SnapshotReader.TryOpen(writer.Seal(), out var reader));
        var restored = new EventWindows(clock);
        Assert.True(restored.Restore(ref reader));
        return restored;
    }

    private EventWindows Restored() => Restored(_windows, _windows.Clock);

    private void Add(params long[] times) => _windows.Add(times, [.. times.Select(_ => _time.NowMs)], default);
}
