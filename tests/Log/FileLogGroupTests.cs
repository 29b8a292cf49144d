// Goal: appenders share fsyncs, readers see only what was fsynced, and the queue has a limit.
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogGroupTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FaultyDisk _disk = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly SemaphoreSlim _entered = new(0);

    public void Dispose()
    {
        _release.Dispose();
        _entered.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_thousand_appenders_share_a_few_fsyncs()
    {
        await using var log = FileLogs.Open(_directory.Path, disk: _disk);
        await HoldFsyncAsync(log);
        var before = _disk.SegmentSyncs;
        var appends = Enumerable.Range(0, 1000).Select(i => log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token()).AsTask()).ToList();
        _release.Set();
        var offsets = await Task.WhenAll(appends);

        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), offsets);
        Assert.Equal(1, _disk.SegmentSyncs - before);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), (await log.ReadAsync(0, 1, 1000)).ConvertAll(e => e.ValueText()));
    }

    [Fact]
    public async Task Appenders_that_come_and_go_need_far_fewer_fsyncs_than_records()
    {
        await using var log = FileLogs.Open(_directory.Path, FileLogs.Small with { SegmentBytesMax = 16 * 1024 * 1024, TotalBytesMax = 1 << 30 }, _disk);
        var before = _disk.SegmentSyncs;
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(a => Task.Run(() =>
            log.AppendAllAsync(0, Enumerable.Range(0, 10).Select(i => Records.Text("k", $"{a}:{i}"))))));

        Assert.Equal(10_000, await log.ReadEndAsync(0));
        Assert.InRange(_disk.SegmentSyncs - before, 1, 2000);
    }

    [Fact]
    public async Task One_appender_pays_one_fsync_a_record()
    {
        await using var log = FileLogs.Open(_directory.Path, disk: _disk);
        var before = _disk.SegmentSyncs;
        await log.AppendAllAsync(0, Enumerable.Range(0, 10).Select(i => Records.Text("k", $"{i}")));
        Assert.Equal(10, _disk.SegmentSyncs - before);
    }

    [Fact]
    public async Task A_reader_does_not_see_a_record_before_its_fsync()
    {
        await using var log = FileLogs.Open(_directory.Path, disk: _disk);
        await using var reader = log.OpenReader(0, 0);
        var reading = reader.ReadAsync(1024, Deadline.Token()).AsTask();
        var append = await HoldFsyncAsync(log);

        // Written, not fsynced: the file has it, nobody may see it.
        Assert.True(new FileInfo(FileLogs.Segments(_directory.Path)[0]).Length > 0);
        Assert.False(reading.IsCompleted);
        Assert.Equal(0, await log.ReadEndAsync(0));
        await using (var second = log.OpenReader(0, 0))
        {
            using var cancel = new CancellationTokenSource();
            var secondReading = second.ReadAsync(1024, cancel.Token).AsTask();
            Assert.False(secondReading.IsCompleted);
            await cancel.CancelAsync();
        }

        _release.Set();
        Assert.Equal(await append, Assert.Single(await reading).Offset);
    }

    [Fact]
    public async Task A_reader_of_durable_records_stops_before_the_one_being_fsynced()
    {
        await using var log = FileLogs.Open(_directory.Path, disk: _disk);
        await log.AppendAsync(0, Records.Text("k", "durable"), Deadline.Token());
        await using var reader = log.OpenReader(0, 0);
        var append = await HoldFsyncAsync(log);
        Assert.Equal("durable", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());

        _release.Set();
        await append;
        Assert.Equal("held", Assert.Single(await reader.ReadAsync(1024, Deadline.Token())).ValueText());
    }

    [Fact]
    public async Task The_queue_takes_no_more_than_its_limit_and_loses_nothing()
    {
        const int valueBytes = 256 * 1024;
        var options = new LogOptions { Partitions = 1 };
        var log = FileLogs.Open(_directory.Path, options, _disk);
        await HoldFsyncAsync(log);
        using var cancel = new CancellationTokenSource();
        var fitting = AppendBatch.BytesMax / (valueBytes + 100);
        var appends = Enumerable.Range(0, fitting + 10).Select(i => log.AppendAsync(0, Records.Random(i, valueBytes), Deadline.Token()).AsTask()).ToList();
        var givenUp = log.AppendAsync(0, Records.Random(99, valueBytes), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);

        _release.Set();
        var offsets = await Task.WhenAll(appends);
        Assert.Equal(offsets.Length, offsets.Distinct().Count());
        var entries = (await log.ReadAsync(0, 1, offsets.Length)).ToDictionary(e => e.Offset);
        for (var i = 0; i < offsets.Length; i++)
        {
            Records.AssertSame(Records.Random(i, valueBytes), entries[offsets[i]].Record);
        }

        Assert.Equal(offsets.Length + 1, await log.ReadEndAsync(0));
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Memory_of_an_append_that_was_given_up_may_be_reused_at_once()
    {
        await using var log = FileLogs.Open(_directory.Path, disk: _disk);
        var first = await HoldFsyncAsync(log);
        using var cancel = new CancellationTokenSource();
        var value = "original"u8.ToArray();
        var append = log.AppendAsync(0, new LogRecord(default, value, 1), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        "changed!"u8.CopyTo(value);
        _release.Set();
        await first;

        // It was in the queue already, so it becomes durable all the same, as it was.
        Assert.Equal("original", (await log.ReadAsync(0, 1, 1))[0].ValueText());
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_appends_nothing()
    {
        await using var log = FileLogs.Open(_directory.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await log.AppendAsync(0, Records.Text("k", "v"), new CancellationToken(canceled: true)));
        Assert.Equal(0, await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token()));
    }

    /// <summary>Appends a record and returns while its fsync is held back, until the release.</summary>
    private async Task<Task<long>> HoldFsyncAsync(FileEventLog log)
    {
        var held = 0;
        _disk.Before = (call, path) =>
        {
            if (call == DiskCall.Sync && Interlocked.Exchange(ref held, 1) == 0)
            {
                _entered.Release();
                _release.Wait(TimeSpan.FromSeconds(30));
            }
        };
        var append = log.AppendAsync(0, Records.Text("k", "held"), Deadline.Token()).AsTask();
        await _entered.WaitAsync(Deadline.Token());
        return append;
    }
}
