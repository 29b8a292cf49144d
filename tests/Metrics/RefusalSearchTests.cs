// Goal: the search finds exactly the rows that are refused alone, wherever they lie, in about 2 · log2(rows) trials for each, and reports their reasons.
using Analytics.Grains.Metrics;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class RefusalSearchTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1000, 0)]
    [InlineData(1000, 3)]
    [InlineData(4096, 1)]
    [InlineData(65_000, 20)]
    [InlineData(300, 300)]
    public async Task Exactly_the_refused_rows_are_found_in_few_trials(int rows, int badCount)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var bad = Enumerable.Range(0, rows).ToArray();
            new Random(seed).Shuffle(bad);
            bad = [.. bad.Take(badCount).Order()];
            var trials = 0;
            var search = new RefusalSearch((first, count, _) =>
            {
                trials++;
                return Task.FromResult(Array.Find(bad, row => row >= first && row < first + count) is var row && bad.Contains(row) && row >= first
                    ? $"row {row}"
                    : null);
            });
            var found = await search.FindAsync(rows, CancellationToken.None);
            Assert.Equal(bad, found.Select(refusal => refusal.Row));
            Assert.All(found, refusal => Assert.Equal($"row {refusal.Row}", refusal.Reason));
            Assert.InRange(trials, 1, 1 + (badCount * 2 * (1 + Math.Ceiling(Math.Log2(rows)))));
        }
    }

    [Fact]
    public async Task Rows_refused_only_together_are_nobody_s_fault()
    {
        var search = new RefusalSearch((_, count, _) => Task.FromResult(count > 1 ? "too many" : null));
        Assert.Empty(await search.FindAsync(100, CancellationToken.None));
    }

    [Fact]
    public async Task A_trial_that_cannot_be_made_ends_the_search()
    {
        var search = new RefusalSearch((first, _, _) => first > 10 ? throw new IOException("gone") : Task.FromResult<string?>("no"));
        await Assert.ThrowsAsync<IOException>(() => search.FindAsync(100, CancellationToken.None));
    }
}
