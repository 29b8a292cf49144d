// Goal: whoever waits for a table to be quiet goes on when the last insert into it has ended, however it ended, and not before.
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class TablesInFlightTests
{
    private readonly TablesInFlight _tables = new();

    [Fact]
    public void A_table_nobody_inserts_into_is_quiet() => Assert.True(_tables.WhenQuietAsync("d", "t").IsCompletedSuccessfully);

    [Fact]
    public async Task Quiet_is_when_the_last_of_several_inserts_has_ended()
    {
        var first = _tables.Begin("d", "t");
        var second = _tables.Begin("d", "t");
        var quiet = _tables.WhenQuietAsync("d", "t");
        first.Dispose();
        first.Dispose();
        Assert.False(quiet.IsCompleted);
        Assert.Equal(1, _tables.Count);
        second.Dispose();
        await quiet.WithinDeadline();
        Assert.Equal(0, _tables.Count);
    }

    [Fact]
    public void Other_tables_are_not_waited_for()
    {
        using var insert = _tables.Begin("d", "t");
        Assert.True(_tables.WhenQuietAsync("d", "u").IsCompleted);
        Assert.True(_tables.WhenQuietAsync("e", "t").IsCompleted);
        Assert.False(_tables.WhenQuietAsync("d", "t").IsCompleted);
    }

    [Fact]
    public async Task A_later_insert_is_waited_for_anew()
    {
        _tables.Begin("d", "t").Dispose();
        var again = _tables.Begin("d", "t");
        var quiet = _tables.WhenQuietAsync("d", "t");
        Assert.False(quiet.IsCompleted);
        again.Dispose();
        await quiet.WithinDeadline();
    }

    [Fact]
    public async Task Who_gives_up_waiting_harms_nobody()
    {
        using var cancellation = new CancellationTokenSource();
        var insert = _tables.Begin("d", "t");
        var leaving = _tables.WhenQuietAsync("d", "t", cancellation.Token);
        var staying = _tables.WhenQuietAsync("d", "t");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        insert.Dispose();
        await staying.WithinDeadline();
    }
}
