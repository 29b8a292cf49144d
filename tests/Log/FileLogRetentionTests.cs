// Goal: retention removes whole segments, oldest first, exactly beyond its limits, and never one with an uncommitted record.
using System.Globalization;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogRetentionTests : IDisposable
{
    // 64 records of 1 KiB, header and key included, fill a segment to the byte.
    private const int RecordsPerSegment = 64;
    private const int RecordBytes = FileLogs.SegmentBytes / RecordsPerSegment;

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(2 * FileLogs.SegmentBytes, 2)]
    [InlineData((2 * FileLogs.SegmentBytes) - 1, 1)]
    [InlineData(3 * FileLogs.SegmentBytes, 3)]
    [InlineData(0, 0)]
    public async Task Committed_segments_beyond_the_size_limit_are_removed(long retentionBytes, int kept)
    {
        await using var log = Open(FileLogs.Small with { RetentionBytesMax = retentionBytes });
        await AppendSegmentsAsync(log, 3);
        await log.CommitAsync(0, 3 * RecordsPerSegment);
        Tick(TimeSpan.Zero);
        Assert.Equal(kept + 1, FileLogs.Segments(_directory.Path).Count);
        Assert.Equal((3 - kept) * RecordsPerSegment, (await log.ReadAsync(0, 0, 1))[0].Offset);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(RecordsPerSegment - 1, 0)]
    [InlineData(RecordsPerSegment, 1)]
    [InlineData((2 * RecordsPerSegment) - 1, 1)]
    [InlineData(2 * RecordsPerSegment, 2)]
    public async Task A_segment_with_an_uncommitted_record_stays(int committed, int removed)
    {
        await using var log = Open(FileLogs.Small with { RetentionBytesMax = 0, RetentionHoursMax = 0 });
        await AppendSegmentsAsync(log, 3);
        await log.CommitAsync(0, committed);
        Tick(TimeSpan.FromHours(1));
        Assert.Equal(4 - removed, FileLogs.Segments(_directory.Path).Count);
        Assert.Equal(removed * RecordsPerSegment, (await log.ReadAsync(0, 0, 1))[0].Offset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Committed_segments_are_removed_when_their_last_record_is_too_old(bool reopened)
    {
        var options = FileLogs.Small with { RetentionHoursMax = 2 };
        var log = Open(options);
        await AppendSegmentsAsync(log, 1);
        _time.Advance(TimeSpan.FromHours(1));
        await AppendSegmentsAsync(log, 1);
        await log.CommitAsync(0, 2 * RecordsPerSegment);
        if (reopened)
        {
            // The times of closed segments are not known any more then: they are looked up.
            await log.DisposeAsync();
            log = Open(options);
        }

        // The first one's last record is as old as the limit now, then a millisecond older.
        Tick(TimeSpan.FromHours(1));
        Assert.Equal(3, FileLogs.Segments(_directory.Path).Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Tick(TimeSpan.FromMinutes(1));
        Assert.Equal(2, FileLogs.Segments(_directory.Path).Count);
        await log.DisposeAsync();
    }

    [Fact]
    public async Task The_segment_being_written_stays_however_old()
    {
        await using var log = Open(FileLogs.Small with { RetentionBytesMax = 0, RetentionHoursMax = 0 });
        await log.AppendAsync(0, Record(), Deadline.Token());
        await log.CommitAsync(0, 1);
        Tick(TimeSpan.FromDays(1000));
        Assert.Equal(0, (await log.ReadAsync(0, 0, 1))[0].Offset);
    }

    [Fact]
    public async Task A_new_segment_makes_older_ones_go_without_the_timer()
    {
        await using var log = Open(FileLogs.Small with { RetentionBytesMax = 0 });
        for (var i = 1; i <= 10; i++)
        {
            await AppendSegmentsAsync(log, 1);
            await log.CommitAsync(0, i * RecordsPerSegment);
        }

        // The roll that follows the last record of a segment removes the ones before; its acknowledgement comes first.
        await Deadline.UntilAsync(() => Task.FromResult(FileLogs.Segments(_directory.Path).Count <= 3));
    }

    [Fact]
    public async Task A_reader_within_a_removed_segment_is_not_disturbed()
    {
        await using var log = Open(FileLogs.Small with { RetentionBytesMax = 0 });
        await AppendSegmentsAsync(log, 3);
        await using var reader = log.OpenReader(0, 0);
        Assert.Single(await reader.ReadAsync(1, Deadline.Token()));
        await log.CommitAsync(0, 2 * RecordsPerSegment);
        Tick(TimeSpan.Zero);

        // Its segment is gone: the next records are the first ones retained.
        Assert.Equal(2 * RecordsPerSegment, (await reader.ReadAsync(1, Deadline.Token()))[0].Offset);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_removed_is_kept_readable_and_tried_again()
    {
        var disk = new FaultyDisk();
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, FileLogs.Small with { RetentionBytesMax = 0 }, disk, _time, lines);
        await AppendSegmentsAsync(log, 2);
        await log.CommitAsync(0, 2 * RecordsPerSegment);
        disk.Before = static (call, _) => throw new IOException($"no {call}");
        Tick(TimeSpan.Zero);
        disk.Before = static (_, _) => { };
        Assert.Contains(lines.All, l => l.EventId == 1009);
        Assert.Equal(0, (await log.ReadAsync(0, 0, 1))[0].Offset);

        Tick(TimeSpan.FromMinutes(1));
        Assert.Equal(2 * RecordsPerSegment, (await log.ReadAsync(0, 0, 1))[0].Offset);
    }

    [Fact]
    public async Task A_full_log_refuses_records_until_something_is_committed()
    {
        // Three segments, and not a byte more.
        var options = FileLogs.Small with { TotalBytesMax = 3 * FileLogs.SegmentBytes };
        await using var log = Open(options);
        await log.AppendAllAsync(0, Enumerable.Range(0, 3 * RecordsPerSegment).Select(_ => Record()));
        var full = await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(0, Record()));
        Assert.Contains(options.TotalBytesMax.ToString(CultureInfo.InvariantCulture), full.Message, StringComparison.Ordinal);
        await log.CommitAsync(0, RecordsPerSegment - 1);
        await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(0, Records.Text("", "")));

        await log.CommitAsync(0, RecordsPerSegment);
        await log.AppendAllAsync(0, Enumerable.Range(0, RecordsPerSegment).Select(_ => Record()));
        await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(0, Record()));
        Assert.Equal(RecordsPerSegment, (await log.ReadAsync(0, 0, 1))[0].Offset);
        Assert.Equal(4 * RecordsPerSegment, await log.ReadEndAsync(0));
    }

    [Fact]
    public async Task A_full_log_is_full_for_all_partitions_and_takes_room_from_any()
    {
        var options = FileLogs.Small with { Partitions = 2, TotalBytesMax = 4 * FileLogs.SegmentBytes };
        await using var log = Open(options);
        await log.AppendAllAsync(0, Enumerable.Range(0, 4 * RecordsPerSegment).Select(_ => Record()));
        await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(1, Record()));
        await log.CommitAsync(0, RecordsPerSegment);
        Assert.Equal(0, await log.AppendAsync(1, Record(), Deadline.Token()));
    }

    [Fact]
    public async Task A_log_that_is_full_when_it_is_opened_refuses_too()
    {
        var options = FileLogs.Small with { TotalBytesMax = 2 * FileLogs.SegmentBytes };
        await FileLogs.MakeAsync(_directory.Path, Enumerable.Range(0, 2 * RecordsPerSegment).Select(_ => Record()), options);
        await using var log = Open(options);
        await Assert.ThrowsAsync<EventLogFullException>(async () => await log.AppendAsync(0, Record()));
        await log.CommitAsync(0, RecordsPerSegment);
        Assert.Equal(2 * RecordsPerSegment, await log.AppendAsync(0, Record(), Deadline.Token()));
    }

    private FileEventLog Open(LogOptions options) => FileLogs.Open(_directory.Path, options, time: _time);

    private LogRecord Record() => new(new byte[5], new byte[RecordBytes - RecordFormat.HeaderBytes - 5], _time.NowMs);

    /// <summary>Fills segments to the byte, and begins the next one with one record more the first time.</summary>
    private async Task AppendSegmentsAsync(FileEventLog log, int segments)
    {
        var end = await log.ReadEndAsync(0);
        var count = (segments * RecordsPerSegment) + (end == 0 ? 1 : 0);
        await log.AppendAllAsync(0, Enumerable.Range(0, count).Select(_ => Record()));
    }

    private void Tick(TimeSpan by) => _time.Advance(by < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : by);
}
