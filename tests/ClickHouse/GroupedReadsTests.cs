// Goal: keys that are asked for while queries are under way go together in the next one; a failed query fails those it was for and nobody else.
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class GroupedReadsTests
{
    private readonly List<(string[] Keys, TaskCompletionSource<IReadOnlyDictionary<string, int>> Answer)> _queries = [];
    private readonly GroupedReads<string, int> _reads;

    public GroupedReadsTests() => _reads = new GroupedReads<string, int>(
        keys =>
        {
            var answer = new TaskCompletionSource<IReadOnlyDictionary<string, int>>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_queries)
            {
                _queries.Add(([.. keys], answer));
            }

            return answer.Task;
        },
        none: -1,
        keysMax: 3);

    [Fact]
    public async Task Keys_that_come_while_queries_are_under_way_are_read_together()
    {
        var first = await AskAsync("a", 1);
        var second = await AskAsync("b", 2);
        var others = new[] { "c", "d", "c", "e" }.Select(key => _reads.ReadAsync(key, CancellationToken.None)).ToArray();
        Assert.Equal(4, _reads.WaitingCount);

        Answer(0, ("a", 1));
        Assert.Equal(1, await first);
        await UntilAsync(3);
        Assert.Equal(["c", "d"], _queries[2].Keys);
        Answer(2, ("c", 3), ("d", 4));
        await UntilAsync(4);
        Assert.Equal(["e"], _queries[3].Keys);
        Answer(3);
        Answer(1, ("b", 2));
        var values = await Task.WhenAll(others);
        Assert.Equal([3, 4, 3, -1], values);
        Assert.Equal(2, await second);
        Assert.Equal(0, _reads.WaitingCount);
    }

    [Fact]
    public async Task A_failed_query_fails_its_own_keys_only_and_reading_goes_on()
    {
        var first = await AskAsync("a", 1);
        var second = await AskAsync("b", 2);
        var third = _reads.ReadAsync("c", CancellationToken.None);
        _queries[0].Answer.SetException(new ClickHouseException(241, "no memory"));
        Assert.Equal(241, (await Assert.ThrowsAsync<ClickHouseException>(() => first)).Code);
        await UntilAsync(3);
        Answer(1, ("b", 2));
        Answer(2, ("c", 3));
        Assert.Equal((2, 3), (await second, await third));
        var fourth = await AskAsync("d", 4);
        Answer(3, ("d", 4));
        Assert.Equal(4, await fourth);
    }

    [Fact]
    public async Task Who_gives_up_does_not_hold_up_the_others()
    {
        var first = await AskAsync("a", 1);
        using var stopping = new CancellationTokenSource();
        var givenUp = _reads.ReadAsync("a", stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        Answer(0, ("a", 1));
        Assert.Equal(1, await first);
    }

    private async Task<Task<int>> AskAsync(string key, int queries)
    {
        var reading = _reads.ReadAsync(key, CancellationToken.None);
        await UntilAsync(queries);
        return reading;
    }

    private Task UntilAsync(int queries) => Eventually.TrueAsync(
        () =>
        {
            lock (_queries)
            {
                return _queries.Count >= queries;
            }
        },
        $"{queries} queries");

    private void Answer(int query, params (string Key, int Value)[] values) => _queries[query].Answer.SetResult(values.ToDictionary(pair => pair.Key, pair => pair.Value));
}
