// Goal: a silo inserts only while it was surely a member of its cluster a moment ago, and never again once the others have declared it dead; everything but inserts goes on.
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Cluster;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Cluster;

public sealed class MembershipLeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    private readonly ManualTime _time = new();

    [Fact]
    public void Nothing_may_be_inserted_before_the_silo_was_a_member()
    {
        Assert.Contains("not certain", new MembershipLease(Length, _time).WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lease_counts_from_the_begin_of_the_look_and_ends_on_time()
    {
        var lease = new MembershipLease(Length, _time);
        var begun = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(3));
        lease.Extend(begun);
        Assert.Null(lease.WhyNot);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Null(lease.WhyNot);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(lease.WhyNot);
        lease.Extend(_time.GetTimestamp());
        Assert.Null(lease.WhyNot);

        // An answer that comes late shortens nothing.
        lease.Extend(begun);
        Assert.Null(lease.WhyNot);
    }

    [Fact]
    public void A_silo_that_was_declared_dead_never_inserts_again()
    {
        var lease = new MembershipLease(Length, _time);
        lease.Extend(_time.GetTimestamp());
        lease.Lose();
        lease.Extend(_time.GetTimestamp());
        Assert.Contains("declared this one dead", lease.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_lease_queries_are_sent_and_inserts_are_not()
    {
        var server = new ClickHouseDouble { Answer = _ => "1\n" };
        var fenced = new FencedClickHouse(server, new MembershipLease(Length, _time));
        Assert.Equal("1\n"u8.ToArray(), await fenced.QueryAsync("SELECT 1", "TSV", cancellationToken: TestContext.Current.CancellationToken));
        var block = new InsertBlock("shop", "purchase", ["n"], new byte[1], 1, "token");
        var failure = await Assert.ThrowsAsync<ClickHouseException>(() => fenced.InsertAsync(block, TestContext.Current.CancellationToken));
        Assert.False(failure.IsOutcomeUnknown);
    }
}
