// Goal: of a batch exactly the rows are kept that were not taken by position before and whose ids are new; the ids of dropped rows leave no trace.
using Analytics.Grains.Metrics;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class RowFilterTests
{
    private readonly RowFilter _filter = new(new IdWindow(100, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData(-1, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(4, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(5, new[] { 2, 3, 4 })]
    [InlineData(6, new[] { 2, 3, 4 })]
    [InlineData(7, new[] { 3, 4 })]
    [InlineData(9, new int[0])]
    [InlineData(100, new int[0])]
    public void Rows_up_to_the_last_offset_are_dropped_and_are_no_duplicates(long lastOffset, int[] kept)
    {
        var rows = _filter.Keep(Batches.At(5, 5, 7, 8, 9), lastOffset, out var duplicates);
        Assert.Equal(kept, rows.Rows ?? [0, 1, 2, 3, 4]);
        Assert.Equal(kept.Length, rows.Count);
        Assert.Equal(0, duplicates);
    }

    [Fact]
    public void A_wholly_new_batch_is_kept_without_a_list_of_rows()
    {
        Assert.Null(_filter.Keep(Batches.At(1, 2), 0, out _).Rows);
        Assert.Null(_filter.Keep(Batches.WithIds(3, "a", "", "b"), 2, out _).Rows);
    }

    [Fact]
    public void Repeated_ids_are_dropped_and_counted_within_and_across_batches()
    {
        var first = _filter.Keep(Batches.WithIds(0, "a", "b", "a"), -1, out var duplicates);
        Assert.Equal([0, 1], first.Rows!);
        Assert.Equal(1, duplicates);
        var second = _filter.Keep(Batches.WithIds(3, "b", "c", "c", "a"), 2, out duplicates);
        Assert.Equal([1], second.Rows!);
        Assert.Equal(3, duplicates);
    }

    [Fact]
    public void Events_without_an_id_are_never_duplicates()
    {
        var rows = _filter.Keep(Batches.WithIds(0, "", "a", "", ""), -1, out var duplicates);
        Assert.Null(rows.Rows);
        Assert.Equal(0, duplicates);
    }

    [Fact]
    public void A_replayed_batch_with_ids_is_dropped_by_position_and_counts_no_duplicates()
    {
        var batch = Batches.WithIds(0, "a", "b");
        _filter.Keep(batch, -1, out _);
        var again = _filter.Keep(batch, 1, out var duplicates);
        Assert.Equal(0, again.Count);
        Assert.Equal(0, duplicates);
    }

    [Fact]
    public void An_id_of_a_row_that_position_drops_is_not_remembered()
    {
        _filter.Keep(Batches.WithIds(0, "a", "b"), 0, out _);
        var rows = _filter.Keep(Batches.WithIds(2, "a", "b"), 1, out var duplicates);
        Assert.Equal([0], rows.Rows!);
        Assert.Equal(1, duplicates);
    }

    [Fact]
    public void Random_batches_lose_what_a_plain_scan_would_drop()
    {
        Seeded.Run(200, static random =>
        {
            var filter = new RowFilter(new IdWindow(1000, TimeSpan.FromHours(1)));
            var known = new HashSet<string>();
            for (long taken = -1, next = 0; next < 200; taken = Math.Max(taken, next - 1), next -= random.Next(0, 5))
            {
                next = Math.Max(0, next);
                var ids = Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(3) == 0 ? string.Empty : $"id-{random.Next(40)}").ToArray();
                var batch = Batches.WithIds(next, ids);
                var expected = Enumerable.Range(0, ids.Length)
                    .Where(row => next + row > taken && (ids[row].Length == 0 || known.Add(ids[row]))).ToArray();
                var rows = filter.Keep(batch, taken, out var duplicates);
                Assert.Equal(expected, rows.Rows ?? [.. Enumerable.Range(0, ids.Length)]);
                Assert.Equal(Math.Max(0, next + ids.Length - 1 - Math.Max(taken, next - 1)) - expected.Length, duplicates);
                next += ids.Length;
            }
        });
    }
}
