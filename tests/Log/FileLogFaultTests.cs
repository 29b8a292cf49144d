// Goal: after a failed write or fsync nothing is acknowledged that is not on disk: waiters are told, the partition stops, repairs itself and goes on.
using System.Diagnostics;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogFaultTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FaultyDisk _disk = new();
    private readonly LogLines _lines = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(nameof(DiskCall.Sync))]
    [InlineData(nameof(DiskCall.Write))]
    public async Task A_failed_call_is_told_and_the_next_records_are_taken_after_a_repair(string failing)
    {
        await using (var log = Open())
        {
            await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
            FailOnce(Enum.Parse<DiskCall>(failing), ".segment");
            var failed = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "lost")));
            Assert.Contains("made durable", failed.Message, StringComparison.Ordinal);

            Assert.Equal(1, await AppendWhenRepairedAsync(log, "after"));
            await AssertValuesAsync(log, "before", "after");
        }

        Assert.Equal(1, _lines.All.Count(l => l.EventId == 1005));
        Assert.Equal(1, _lines.All.Count(l => l.EventId == 1007));
        await using var again = FileLogs.Open(_directory.Path);
        await AssertValuesAsync(again, "before", "after");
    }

    [Fact]
    public async Task A_failed_fsync_is_never_repeated_on_the_same_bytes()
    {
        var calls = new List<DiskCall>();
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        _disk.Before = (call, path) =>
        {
            if (path.EndsWith(".segment", StringComparison.Ordinal))
            {
                calls.Add(call);
                if (calls.Count(c => c == DiskCall.Sync) == 1 && call == DiskCall.Sync)
                {
                    throw new IOException("The disk is ill.");
                }
            }
        };
        await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "lost")));
        await AppendWhenRepairedAsync(log, "after");

        // Opened anew, cut, fsynced and read back before the next write.
        Assert.Equal(
            [DiskCall.Write, DiskCall.Sync, DiskCall.OpenWrite, DiskCall.SetLength, DiskCall.Sync, DiskCall.OpenRead, DiskCall.Write, DiskCall.Sync],
            calls);
    }

    [Fact]
    public async Task Everybody_who_waited_is_told()
    {
        await using var log = Open();
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var failed = false;
        _disk.Before = (call, path) =>
        {
            if (call == DiskCall.Sync && !failed && path.EndsWith(".segment", StringComparison.Ordinal))
            {
                failed = true;
                entered.Release();
                release.Wait(TimeSpan.FromSeconds(30));
                throw new IOException("The disk is ill.");
            }
        };
        var first = log.AppendAsync(0, Records.Text("k", "in the failed write"), Deadline.Token()).AsTask();
        await entered.WaitAsync(Deadline.Token());
        var others = Enumerable.Range(0, 20).Select(i => log.AppendAsync(0, Records.Text("k", $"{i}"), Deadline.Token()).AsTask()).ToList();
        release.Set();

        foreach (var append in others.Prepend(first))
        {
            await Assert.ThrowsAsync<EventLogException>(() => append);
        }

        Assert.Equal(0, await AppendWhenRepairedAsync(log, "after"));
        await AssertValuesAsync(log, "after");
    }

    [Fact]
    public async Task While_the_disk_stays_ill_records_are_refused_and_reading_goes_on()
    {
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        _disk.Before = static (call, _) =>
        {
            if (call != DiskCall.OpenRead)
            {
                throw new IOException("The disk is ill.");
            }
        };
        await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "lost")));
        await Deadline.UntilAsync(() => Task.FromResult(_lines.All.Count(l => l.EventId == 1006) >= 2));
        var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "refused")));
        Assert.Contains("until it is repaired", refused.Message, StringComparison.Ordinal);
        await AssertValuesAsync(log, "before");

        _disk.Before = static (_, _) => { };
        Assert.Equal(1, await AppendWhenRepairedAsync(log, "after"));
        await AssertValuesAsync(log, "before", "after");
    }

    [Fact]
    public async Task A_log_with_an_ill_disk_can_be_closed()
    {
        var log = Open();
        _disk.Before = static (_, _) => throw new IOException("The disk is ill.");
        await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "lost")));
        await log.DisposeAsync().AsTask().WaitAsync(Deadline.Token());
    }

    [Fact]
    public async Task A_durable_record_that_changed_on_disk_keeps_the_partition_stopped()
    {
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        var path = FileLogs.Segments(_directory.Path)[0];
        FailOnce(DiskCall.Sync, ".segment", () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Position = 35;
            file.WriteByte(0xFF);
        });
        await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "lost")));
        await Deadline.UntilAsync(() => Task.FromResult(_lines.All.Any(l => l.EventId == 1006)));
        await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "refused")));
    }

    [Theory]
    [InlineData(nameof(DiskCall.Create))]
    [InlineData(nameof(DiskCall.SyncDirectory))]
    public async Task A_segment_that_cannot_be_begun_leaves_nothing_behind(string failing)
    {
        await using (var log = Open())
        {
            // 60 KiB are in; the next one does not fit, fails to get a segment, and then a small one still fits the old segment.
            await log.AppendAsync(0, Records.Random(1, 60 * 1024), Deadline.Token());
            FailOnce(Enum.Parse<DiskCall>(failing), "");
            await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Random(2, 10 * 1024)));
            Assert.Equal(1, await AppendWhenRepairedAsync(log, "small"));
            Assert.Equal(2, await log.AppendAsync(0, Records.Random(3, 10 * 1024), Deadline.Token()));
        }

        await using var again = FileLogs.Open(_directory.Path);
        var entries = await again.ReadAsync(0, 0, 3);
        Records.AssertSame(Records.Random(1, 60 * 1024), entries[0].Record);
        Assert.Equal("small", entries[1].ValueText());
        Records.AssertSame(Records.Random(3, 10 * 1024), entries[2].Record);
        Assert.Equal("small", (await again.ReadAsync(0, 1, 1))[0].ValueText());
    }

    [Fact]
    public async Task Records_that_failed_take_no_room()
    {
        // Room for two records of this size; three fail.
        var record = Records.Random(1, 60 * 1024);
        await using var log = FileLogs.Open(_directory.Path, FileLogs.Small with { TotalBytesMax = 2 * FileLogs.SegmentBytes }, _disk);
        for (var i = 0; i < 3; i++)
        {
            FailOnce(DiskCall.Sync, ".segment");
            await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, record));
            await AppendWhenRepairedAsync(log, "small");
        }

        Assert.Equal([3, 4], await log.AppendAllAsync(0, [record, record]));
        await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(0, record));
    }

    [Fact]
    public async Task A_failed_commit_is_told_and_works_the_next_time()
    {
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        FailOnce(DiskCall.Sync, CommitFile.FileName);
        await Assert.ThrowsAsync<EventLogException>(async () => await log.CommitAsync(0, 1));
        Assert.Equal(0, await log.ReadCommittedAsync(0));
        await log.CommitAsync(0, 1);
        Assert.Equal(1, await log.ReadCommittedAsync(0));
    }

    [Fact]
    public async Task A_commit_beyond_the_end_is_refused()
    {
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "v"), Deadline.Token());
        await Assert.ThrowsAsync<EventLogException>(async () => await log.CommitAsync(0, 2));
        await log.CommitAsync(0, 1);
    }

    private FileEventLog Open() => FileLogs.Open(_directory.Path, disk: _disk, logger: _lines);

    private void FailOnce(DiskCall failing, string pathEnd, Action? meanwhile = null)
    {
        var failed = false;
        _disk.Before = (call, path) =>
        {
            if (!failed && call == failing && path.EndsWith(pathEnd, StringComparison.Ordinal))
            {
                failed = true;
                meanwhile?.Invoke();
                throw new IOException("The disk is ill.");
            }
        };
    }

    [Fact]
    public async Task A_disk_that_goes_on_failing_is_tried_at_growing_intervals()
    {
        const int Failures = 5;

        // Before the third, fourth and fifth try; the second follows the first repair at once.
        var pausesMs = 100 + 200 + 400;
        var writes = 0;
        await using var log = Open();
        await log.AppendAsync(0, Records.Text("k", "before"), Deadline.Token());
        _disk.Before = (call, path) =>
        {
            if (call == DiskCall.Write && path.EndsWith(".segment", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref writes);
                throw new IOException("No space left on device.");
            }
        };
        var watch = Stopwatch.StartNew();
        await Deadline.UntilAsync(async () =>
        {
            var refused = await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Records.Text("k", "refused")));
            Assert.Contains("No space left on device.", refused.Message, StringComparison.Ordinal);
            return Volatile.Read(ref writes) >= Failures;
        });

        Assert.True(watch.ElapsedMilliseconds >= pausesMs, $"{Failures} writes were tried within {watch.ElapsedMilliseconds} ms.");
        _disk.Before = static (_, _) => { };
        Assert.Equal(1, await AppendWhenRepairedAsync(log, "after"));
        await AssertValuesAsync(log, "before", "after");
    }

    private static async Task<long> AppendWhenRepairedAsync(FileEventLog log, string value)
    {
        var offset = -1L;
        await Deadline.UntilAsync(async () =>
        {
            try
            {
                offset = await log.AppendAsync(0, Records.Text("k", value), Deadline.Token());
                return true;
            }
            catch (EventLogException e) when (e.Message.Contains("until it is repaired", StringComparison.Ordinal))
            {
                return false;
            }
        });
        return offset;
    }

    private static async Task AssertValuesAsync(FileEventLog log, params string[] values)
    {
        Assert.Equal(values.Length, await log.ReadEndAsync(0));
        Assert.Equal(values, (await log.ReadAsync(0, 0, values.Length)).ConvertAll(e => e.ValueText()));
    }
}
