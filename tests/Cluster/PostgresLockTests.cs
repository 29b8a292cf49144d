// Goal: what silos do under their lock they do one after the other, also when one of them fails or PostgreSQL is away; topics get one number each however many silos give them.
using Analytics.Silo.Cluster;
using Analytics.Silo.Log.Kafka.Topics;
using Analytics.Tests.Kafka;
using Analytics.Tests.Postgres;
using Xunit;

namespace Analytics.Tests.Cluster;

public sealed class PostgresLockTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Silos_of_a_service_wait_for_each_other_and_others_do_not()
    {
        var database = await postgres.CreateDatabaseAsync();
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = new PostgresLock(database, "a").RunAsync(
            async () =>
            {
                entered.SetResult();
                await leave.Task;
                return 1;
            },
            CancellationToken.None);
        await entered.Task;
        var hasBegun = false;
        var second = new PostgresLock(database, "a").RunAsync(() => Task.FromResult(hasBegun = true), CancellationToken.None);
        Assert.Equal(3, await new PostgresLock(database, "b").RunAsync(() => Task.FromResult(3), CancellationToken.None));
        Assert.False(hasBegun);
        leave.SetResult();
        Assert.Equal(1, await first);
        Assert.True(await second);
    }

    [Fact]
    public async Task A_failure_under_the_lock_is_the_caller_s_and_lets_the_next_one_in()
    {
        var database = await postgres.CreateDatabaseAsync();
        var clusterLock = new PostgresLock(database, "a");
        await Assert.ThrowsAsync<InvalidDataException>(() => clusterLock.RunAsync<int>(() => throw new InvalidDataException(), CancellationToken.None));
        Assert.Equal(2, await clusterLock.RunAsync(() => Task.FromResult(2), CancellationToken.None));
    }

    [Fact]
    public async Task Without_PostgreSQL_nothing_is_done()
    {
        var hasRun = false;
        var clusterLock = new PostgresLock("Host=127.0.0.1;Port=1;Username=a;Timeout=1", "a");
        var failure = await Assert.ThrowsAsync<ClusterLockException>(() => clusterLock.RunAsync(() => Task.FromResult(hasRun = true), CancellationToken.None));
        Assert.Contains("where silos meet, cannot be reached", failure.Message, StringComparison.Ordinal);
        Assert.False(hasRun);
    }

    [Fact]
    public async Task Topics_that_many_silos_find_at_once_get_one_number_each()
    {
        const int Silos = 8;
        var database = await postgres.CreateDatabaseAsync();
        var store = new MemoryTopicStore();
        var topics = new[] { "alpha", "beta", "gamma" };
        var claims = Enumerable.Range(0, Silos).SelectMany(_ => topics).Select(topic => new PostgresLock(database, "a").RunAsync(
            () => TopicClaim.RunAsync(store, "cluster", topic, above: -1, CancellationToken.None), CancellationToken.None));
        var given = (await Task.WhenAll(claims)).Distinct().ToList();
        Assert.Equal(topics.Length, given.Count);
        Assert.Equal([0, 1, 2], store.All.Select(number => number.Number));

        // A topic that was made anew: whoever comes second takes the number that the first one gave.
        var renewed = await store.ClaimAsync("cluster", "alpha", above: given.Single(number => number.Topic == "alpha").Number, CancellationToken.None);
        Assert.Equal(3, renewed.Number);
        Assert.Equal(renewed, await store.ClaimAsync("cluster", "alpha", above: given.Single(number => number.Topic == "alpha").Number, CancellationToken.None));
    }
}
