// Goal: what every log promises, whatever it is made of. A log passes by deriving from this class and opening itself.
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Log;

public abstract class EventLogContract
{
    private const int Partitions = 3;

    /// <summary>Whether the log keeps the times it is given.</summary>
    protected virtual bool KeepsTimes => true;

    [Fact]
    public async Task What_was_appended_is_read_back_byte_for_byte()
    {
        await using var log = await OpenAsync(Partitions);
        LogRecord[] records =
        [
            Records.Text("shop/purchase", """{"amount":12.5}"""),
            Records.Text("", "no key"),
            Records.Text("no value", ""),
            Records.Text("", "", timestampMs: 1),
            Records.Text("ключ/ñ", "\0\u0001\u007f"),
            Records.Random(1, 1),
            Records.Random(2, 70_000),
            Records.Random(3, 1024 * 1024 - 100),
        ];

        var offsets = await log.AppendAllAsync(1, records);
        var entries = await log.ReadAsync(1, offsets[0], records.Length);
        if (!KeepsTimes)
        {
            entries = [.. entries.Select((entry, i) => entry with { Record = entry.Record with { TimestampMs = records[i].TimestampMs } })];
        }

        Assert.Equal(offsets, entries.ConvertAll(e => e.Offset));
        for (var i = 0; i < records.Length; i++)
        {
            Records.AssertSame(records[i], entries[i].Record);
        }
    }

    [Fact]
    public async Task The_memory_of_a_record_may_be_reused_once_it_is_appended()
    {
        await using var log = await OpenAsync(Partitions);
        var value = new byte[100];
        var offset = 0L;
        for (byte i = 1; i <= 10; i++)
        {
            Array.Fill(value, i);
            var appended = await log.AppendAsync(0, new LogRecord(default, value, i), Deadline.Token());
            offset = i == 1 ? appended : offset;
        }

        var entries = await log.ReadAsync(0, offset, 10);
        Assert.Equal(Enumerable.Range(1, 10), entries.ConvertAll(e => (int)e.Record.Value.Span[0]));
        Assert.All(entries, e => Assert.All(e.Record.Value.ToArray(), b => Assert.Equal(e.Record.Value.Span[0], b)));
    }

    [Fact]
    public async Task Offsets_ascend_and_the_end_is_behind_the_last()
    {
        await using var log = await OpenAsync(Partitions);
        var before = await log.ReadEndAsync(0);
        var offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 20).Select(i => Records.Text("k", $"{i}")));

        Assert.True(before <= offsets[0]);
        Assert.All(offsets.Zip(offsets.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.True(await log.ReadEndAsync(0) > offsets[^1]);
    }

    [Fact]
    public async Task Many_appenders_at_once_lose_nothing_and_get_offsets_of_their_own()
    {
        await using var log = await OpenAsync(Partitions);
        var appenders = Enumerable.Range(0, 50).Select(a => Task.Run(async () =>
        {
            var mine = new List<(long Offset, string Value)>();
            for (var i = 0; i < 20; i++)
            {
                var value = $"{a}:{i}";
                mine.Add((await log.AppendAsync(2, Records.Text("k", value), Deadline.Token()), value));
            }

            return mine;
        }));
        var acknowledged = (await Task.WhenAll(appenders)).SelectMany(m => m).OrderBy(m => m.Offset).ToList();

        var entries = await log.ReadAsync(2, acknowledged[0].Offset, acknowledged.Count);
        Assert.Equal(acknowledged, entries.ConvertAll(e => (e.Offset, e.ValueText())));
    }

    [Fact]
    public async Task What_one_appender_awaits_keeps_its_order()
    {
        await using var log = await OpenAsync(Partitions);
        var offsets = await Task.WhenAll(Enumerable.Range(0, 8).Select(a =>
            Task.Run(() => log.AppendAllAsync(0, Enumerable.Range(0, 25).Select(i => Records.Text($"{a}", $"{i}"))))));

        Assert.All(offsets, own => Assert.Equal(own.Order(), own));
    }

    [Fact]
    public async Task A_reader_at_the_end_is_woken_by_the_next_record()
    {
        await using var log = await OpenAsync(Partitions);
        await using var reader = log.OpenReader(0, await log.ReadEndAsync(0));
        for (var i = 0; i < 10; i++)
        {
            var reading = reader.ReadAsync(1024, Deadline.Token());
            Assert.False(reading.IsCompleted);
            var offset = await log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token());

            var entry = Assert.Single(await reading);
            Assert.Equal((offset, $"{i}"), (entry.Offset, entry.ValueText()));
        }
    }

    [Fact]
    public async Task A_waiting_reader_is_not_woken_by_another_partition_and_ends_with_its_token()
    {
        await using var log = await OpenAsync(Partitions);
        await using var reader = log.OpenReader(0, await log.ReadEndAsync(0));
        using var cancel = new CancellationTokenSource();
        var reading = reader.ReadAsync(1024, cancel.Token).AsTask();
        await log.AppendAsync(1, Records.Text("k", "v"), Deadline.Token());
        Assert.False(reading.IsCompleted);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_reader_goes_on_after_a_cancelled_wait()
    {
        await using var log = await OpenAsync(Partitions);
        await using var reader = log.OpenReader(0, await log.ReadEndAsync(0));
        using var cancel = new CancellationTokenSource();
        var reading = reader.ReadAsync(1024, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await log.AppendAsync(0, Records.Text("k", "after"), Deadline.Token());
        Assert.Equal("after", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());
    }

    [Fact]
    public async Task A_reader_begins_at_any_offset()
    {
        await using var log = await OpenAsync(Partitions);
        var offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 50).Select(i => Records.Text("k", $"{i}")));
        for (var i = 0; i < offsets.Count; i++)
        {
            var entries = await log.ReadAsync(0, offsets[i], offsets.Count - i, bytesMax: 10);
            Assert.Equal(Enumerable.Range(i, offsets.Count - i).Select(n => $"{n}"), entries.ConvertAll(e => e.ValueText()));
        }
    }

    [Fact]
    public async Task A_read_returns_one_record_at_least_and_stops_at_the_bytes_asked_for()
    {
        await using var log = await OpenAsync(Partitions);
        var offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 10).Select(i => Records.Random(i, 1000)));
        await using var reader = log.OpenReader(0, offsets[0]);

        Assert.Single(await reader.ReadAsync(1, Deadline.Token()));
        Assert.InRange((await reader.ReadAsync(2500, Deadline.Token())).Count, 1, 3);
    }

    [Fact]
    public async Task Readers_of_one_partition_do_not_take_records_from_each_other()
    {
        await using var log = await OpenAsync(Partitions);
        var offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 30).Select(i => Records.Text("k", $"{i}")));
        var both = await Task.WhenAll(log.ReadAsync(0, offsets[0], 30), log.ReadAsync(0, offsets[0], 30));

        Assert.Equal(both[0].ConvertAll(e => e.ValueText()), both[1].ConvertAll(e => e.ValueText()));
    }

    [Fact]
    public async Task Partitions_are_independent()
    {
        await using var log = await OpenAsync(Partitions);
        Assert.Equal(Partitions, log.Partitions.Count);
        var firsts = new List<long>();
        for (var p = 0; p < Partitions; p++)
        {
            firsts.Add((await log.AppendAllAsync(p, Enumerable.Range(0, p + 2).Select(i => Records.Text("k", $"{p}:{i}"))))[0]);
        }

        await log.CommitAsync(1, firsts[1] + 1);
        for (var p = 0; p < Partitions; p++)
        {
            var entries = await log.ReadAsync(p, firsts[p], p + 2);
            Assert.Equal(Enumerable.Range(0, p + 2).Select(i => $"{p}:{i}"), entries.ConvertAll(e => e.ValueText()));
            Assert.Equal(p == 1 ? firsts[1] + 1 : 0, await log.ReadCommittedAsync(p));
        }
    }

    [Fact]
    public async Task A_partition_that_is_not_there_is_refused()
    {
        await using var log = await OpenAsync(Partitions);
        foreach (var partition in new[] { -1, Partitions, int.MaxValue })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.AppendAsync(partition, Records.Text("k", "v")));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.CommitAsync(partition, 0));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.ReadCommittedAsync(partition));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.ReadEndAsync(partition));
            Assert.Throws<ArgumentOutOfRangeException>(() => log.OpenReader(partition, 0));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => log.OpenReader(0, -1));
    }

    [Fact]
    public async Task Records_and_commits_survive_reopening()
    {
        List<long> offsets;
        await using (var log = await OpenAsync(Partitions))
        {
            offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 10).Select(i => Records.Text("k", $"{i}")));
            await log.CommitAsync(0, offsets[7]);
        }

        await using var again = await OpenAsync(Partitions);
        Assert.Equal(offsets[7], await again.ReadCommittedAsync(0));
        Assert.Equal(["7", "8", "9"], (await again.ReadAsync(0, offsets[7], 3)).ConvertAll(e => e.ValueText()));
        var next = await again.AppendAsync(0, Records.Text("k", "10"), Deadline.Token());
        Assert.True(next > offsets[^1]);
        Assert.Equal(["9", "10"], (await again.ReadAsync(0, offsets[9], 2)).ConvertAll(e => e.ValueText()));
    }

    [Fact]
    public async Task A_lower_commit_is_ignored()
    {
        long high;
        await using (var log = await OpenAsync(Partitions))
        {
            Assert.Equal(0, await log.ReadCommittedAsync(0));
            var offsets = await log.AppendAllAsync(0, Enumerable.Range(0, 10).Select(i => Records.Text("k", $"{i}")));
            high = offsets[8];
            await log.CommitAsync(0, high);
            await log.CommitAsync(0, offsets[3]);
            await log.CommitAsync(0, high);
            Assert.Equal(high, await log.ReadCommittedAsync(0));
        }

        await using var again = await OpenAsync(Partitions);
        Assert.Equal(high, await again.ReadCommittedAsync(0));
    }

    [Fact]
    public async Task A_closed_log_says_so()
    {
        var log = await OpenAsync(Partitions);
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        await using var reader = log.OpenReader(0, await log.ReadEndAsync(0));
        var reading = reader.ReadAsync(1024, Deadline.Token()).AsTask();
        await log.DisposeAsync();

        var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "v")));
        Assert.Contains("closed", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<EventLogException>(() => reading);
        await Assert.ThrowsAsync<EventLogException>(async () => await log.CommitAsync(0, 1));
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Records_on_their_way_when_the_log_closes_are_kept()
    {
        var log = await OpenAsync(Partitions);
        var first = await log.ReadEndAsync(0);
        var appends = Enumerable.Range(0, 100).Select(i => log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token()).AsTask()).ToList();
        await log.DisposeAsync();
        var offsets = await Task.WhenAll(appends);

        await using var again = await OpenAsync(Partitions);
        var values = (await again.ReadAsync(0, first, 100)).ToDictionary(e => e.Offset, e => e.ValueText());
        Assert.All(offsets.Select((offset, i) => (offset, i)), pair => Assert.Equal($"{pair.i}", values[pair.offset]));
    }

    /// <summary>Opens the log of this test: the same one every time within a test, a new one for each test.</summary>
    protected abstract Task<IEventLog> OpenAsync(int partitions);
}
