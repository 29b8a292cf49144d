// Goal: acknowledged records that cannot be read any more are never passed over or cut in silence; what is before and behind stays readable.
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogDamageTests : IDisposable
{
    private const int Count = 10;
    private const int ValueBytes = 100;

    // RecordFormat's header, "key/7", the value: each record was appended alone, so each is a group of its own.
    private const int RecordBytes = 32 + 5 + ValueBytes;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Damage_in_the_last_segment_is_kept_and_told(int bad)
    {
        await MakeAsync();
        var path = Assert.Single(FileLogs.Segments(_directory.Path));
        var bytes = Change(path, (bad * RecordBytes) + 50);

        // Twice: opening again finds the same.
        for (var i = 0; i < 2; i++)
        {
            var lines = new LogLines();
            await using var log = FileLogs.Open(_directory.Path, logger: lines);
            Assert.Contains(lines.All, l => l is { EventId: 1002, Level: LogLevel.Error } && l.Message.Contains(path, StringComparison.Ordinal));
            Assert.Equal(Count, await log.ReadEndAsync(0));
            await AssertReadableAround(log, bad, bad + 1, Count);
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task Behind_a_damaged_segment_the_log_goes_on()
    {
        await MakeAsync();
        Change(FileLogs.Segments(_directory.Path)[0], (4 * RecordBytes) + 50);
        await using (var log = FileLogs.Open(_directory.Path))
        {
            Assert.Equal(Count, await log.AppendAsync(0, Records.Random(Count, ValueBytes), Deadline.Token()));
            await AssertReadableAround(log, 4, 5, Count + 1);
        }

        var lines = new LogLines();
        await using var again = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Empty(lines.All);
        await AssertReadableAround(again, 4, 5, Count + 1);
    }

    [Fact]
    public async Task Damage_of_a_length_hides_no_more_than_its_record()
    {
        await MakeAsync();
        Change(FileLogs.Segments(_directory.Path)[0], (3 * RecordBytes) + 1);
        await using var log = FileLogs.Open(_directory.Path);
        await AssertReadableAround(log, 3, 4, Count);
    }

    [Fact]
    public async Task Damage_in_an_older_segment_is_found_when_it_is_read()
    {
        var count = await MakeSegmentsAsync();
        var segments = FileLogs.Segments(_directory.Path);
        Change(segments[0], (4 * RecordBytes) + 50);
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Empty(lines.All);
        await AssertReadableAround(log, 4, 5, count);
    }

    [Fact]
    public async Task A_damaged_place_is_told_once_and_shown_until_it_is_mended()
    {
        await MakeSegmentsAsync();
        var path = FileLogs.Segments(_directory.Path)[0];
        var original = await File.ReadAllBytesAsync(path);
        Change(path, (4 * RecordBytes) + 50);
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Empty(log.Damage);
        for (var i = 0; i < 3; i++)
        {
            await using var reader = log.OpenReader(0, 4);
            await Assert.ThrowsAsync<EventLogCorruptException>(async () => await reader.ReadAsync(1000, Deadline.Token()));
        }

        var (level, _, message) = Assert.Single(lines.All, line => line.EventId == 1020);
        Assert.Equal(LogLevel.Error, level);
        var damage = Assert.Single(log.Damage);
        Assert.Contains(damage, message, StringComparison.Ordinal);
        Assert.Contains(path, damage, StringComparison.Ordinal);
        Assert.Contains($"offset 4: the record at byte {4 * RecordBytes} ", damage, StringComparison.Ordinal);

        await log.ReadAsync(0, 5, 10);
        Assert.Single(log.Damage);
        await File.WriteAllBytesAsync(path, original);
        await log.ReadAsync(0, 0, 10);
        Assert.Empty(log.Damage);
    }

    [Fact]
    public async Task A_missing_end_of_an_older_segment_is_found_when_it_is_read()
    {
        var count = await MakeSegmentsAsync();
        var segments = FileLogs.Segments(_directory.Path);
        var next = BaseOffset(segments[1]);
        Cut(segments[0], RecordBytes + 2); // three digits in the key
        await using var log = FileLogs.Open(_directory.Path);
        await AssertReadableAround(log, next - 1, next, count);
    }

    [Fact]
    public async Task A_missing_segment_in_the_middle_is_found_when_it_is_read()
    {
        var count = await MakeSegmentsAsync();
        var segments = FileLogs.Segments(_directory.Path);
        File.Delete(segments[1]);
        await using var log = FileLogs.Open(_directory.Path);
        await AssertReadableAround(log, BaseOffset(segments[1]), BaseOffset(segments[2]), count);
    }

    [Fact]
    public async Task A_segment_that_disappears_while_the_log_is_open_is_told()
    {
        var count = await MakeSegmentsAsync();
        var segments = FileLogs.Segments(_directory.Path);
        await using var log = FileLogs.Open(_directory.Path);
        File.Delete(segments[1]);
        await AssertReadableAround(log, BaseOffset(segments[1]), BaseOffset(segments[2]), count);
    }

    [Fact]
    public async Task An_empty_last_segment_proves_that_the_one_before_was_whole()
    {
        await MakeAsync();
        var path = FileLogs.Segments(_directory.Path)[0];
        await File.WriteAllBytesAsync(Path.Combine(FileLogs.PartitionPath(_directory.Path), Segment.FileName(Count)), []);
        Cut(path, 1);
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Contains(lines.All, l => l.EventId == 1002);
        Assert.Equal(Count, await log.AppendAsync(0, Records.Random(Count, ValueBytes), Deadline.Token()));
        await AssertReadableAround(log, Count - 1, Count, Count + 1);
    }

    [Fact]
    public async Task An_empty_last_segment_behind_a_whole_one_is_fine()
    {
        await MakeAsync();
        await File.WriteAllBytesAsync(Path.Combine(FileLogs.PartitionPath(_directory.Path), Segment.FileName(Count)), []);
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Equal(Count, await log.AppendAsync(0, Records.Random(Count, ValueBytes), Deadline.Token()));
        Assert.Equal(Count + 1, (await log.ReadAsync(0, 0, Count + 1)).Count);
        Assert.Empty(lines.All);
    }

    [Fact]
    public async Task Offsets_that_were_committed_are_not_used_again_when_their_records_are_lost()
    {
        await using (var log = FileLogs.Open(_directory.Path))
        {
            await log.AppendAllAsync(0, Enumerable.Range(0, Count).Select(i => Records.Random(i, ValueBytes)));
            await log.CommitAsync(0, 8);
        }

        Cut(FileLogs.Segments(_directory.Path)[0], 5 * RecordBytes);
        var lines = new LogLines();
        await using var again = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Contains(lines.All, l => l is { EventId: 1003, Level: LogLevel.Error });
        Assert.Equal(8, await again.AppendAsync(0, Records.Random(8, ValueBytes), Deadline.Token()));
        await AssertReadableAround(again, 5, 8, 9);
    }

    private static long BaseOffset(string path)
    {
        Assert.True(Segment.TryParseFileName(Path.GetFileName(path), out var offset));
        return offset;
    }

    private static byte[] Change(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x5A;
        File.WriteAllBytes(path, bytes);
        return bytes;
    }

    private static void Cut(string path, int bytes)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length - bytes);
    }

    /// <summary>Everything before <paramref name="bad"/> is read; there a reader stops, again and again; from <paramref name="next"/> on all is read.</summary>
    private static async Task AssertReadableAround(FileEventLog log, long bad, long next, long end)
    {
        await using var reader = log.OpenReader(0, 0);
        var seen = new List<LogEntry>();
        EventLogCorruptException? stop = null;
        while (stop is null)
        {
            try
            {
                seen.AddRange((await reader.ReadAsync(1000, Deadline.Token())).Select(e => e.Copy()));
            }
            catch (EventLogCorruptException e)
            {
                stop = e;
            }
        }

        Assert.Equal((bad, next), (stop.Offset, stop.NextOffset));
        var again = await Assert.ThrowsAsync<EventLogCorruptException>(async () => await reader.ReadAsync(1000, Deadline.Token()));
        Assert.Equal((bad, next), (again.Offset, again.NextOffset));
        if (end > next)
        {
            seen.AddRange(await log.ReadAsync(0, next, (int)(end - next)));
        }

        var offsets = Enumerable.Range(0, (int)end).Select(i => (long)i).Where(o => o < bad || o >= next);
        Assert.Equal(offsets, seen.ConvertAll(e => e.Offset));
        Assert.All(seen, e => Records.AssertSame(Records.Random((int)e.Offset, ValueBytes), e.Record));
    }

    private Task MakeAsync() => FileLogs.MakeAsync(_directory.Path, Enumerable.Range(0, Count).Select(i => Records.Random(i, ValueBytes)));

    /// <summary>Several segments; keys are longer from record 10 on, the first records are not.</summary>
    private async Task<int> MakeSegmentsAsync()
    {
        const int count = 1500;
        await FileLogs.MakeAsync(_directory.Path, Enumerable.Range(0, count).Select(i => Records.Random(i, ValueBytes)));
        Assert.True(FileLogs.Segments(_directory.Path).Count >= 3);
        return count;
    }
}
