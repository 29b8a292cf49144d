// Goal: a read that finds nothing waits for events that are under way, and not a moment when there are none.
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class CatchUpTests
{
    private static readonly LogRecord Record = new(default, "{}"u8.ToArray(), 0);

    [Fact]
    public async Task With_nothing_under_way_the_answer_behind_the_look_stands()
    {
        var asked = 0;
        var answer = await new CatchUp(new EventLogDouble(), TimeProvider.System).AskAsync(
            () =>
            {
                asked++;
                return Task.FromResult<string?>(null);
            },
            CancellationToken.None);
        Assert.Equal((null, 2), (answer, asked));
    }

    [Fact]
    public async Task A_read_that_finds_something_has_no_business_with_the_log_and_one_that_does_not_is_answered_without_it()
    {
        await using var log = new EventLogDouble { ReadFailure = new EventLogException("away") };
        var catchUp = new CatchUp(log, TimeProvider.System);
        Assert.Equal("there", await catchUp.AskAsync(() => Task.FromResult<string?>("there"), CancellationToken.None));
        Assert.Null(await catchUp.AskAsync(() => Task.FromResult<string?>(null), CancellationToken.None));
        log.ReadFailure = new InvalidOperationException("a defect");
        Assert.Equal("there", await catchUp.AskAsync(() => Task.FromResult<string?>("there"), CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => catchUp.AskAsync(() => Task.FromResult<string?>(null), CancellationToken.None));
    }

    [Fact]
    public async Task With_an_event_under_way_it_asks_until_there_is_an_answer()
    {
        await using var log = new EventLogDouble();
        await log.AppendAsync(0, Record);
        var asked = 0;
        var answer = await new CatchUp(log, TimeProvider.System).AskAsync(
            () => Task.FromResult(++asked < 3 ? null : "there"), CancellationToken.None);
        Assert.Equal(("there", 3), (answer, asked));
    }

    [Fact]
    public async Task A_log_that_stays_behind_is_not_waited_for_without_end()
    {
        await using var log = new EventLogDouble();
        await log.AppendAsync(0, Record);
        var time = new ManualTime();
        var asking = new CatchUp(log, time).AskAsync(() => Task.FromResult<string?>(null), CancellationToken.None);
        Assert.False(asking.IsCompleted);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(20));
                return asking.IsCompleted;
            },
            "the wait ends");
        Assert.Null(await asking);
    }
}
