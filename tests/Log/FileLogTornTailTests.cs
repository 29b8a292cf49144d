// Goal: whatever a crash leaves of the last write is cut, nothing before it is, and a record that was not appended is never returned.
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogTornTailTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LogRecord[] _records = [Records.Random(1, 40), Records.Random(2, 0), Records.Random(3, 60)];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_torn_tail_is_cut_at_every_length()
    {
        var whole = await MakeAsync();
        var lastBytes = (int)RecordFormat.TotalBytes(_records[2]);
        for (var kept = 0; kept < lastBytes; kept++)
        {
            var lines = await AssertOnlyLastIsLostAsync(whole[..(whole.Length - lastBytes + kept)]);
            var cut = lines.All.Where(l => l.EventId == 1001).ToList();
            Assert.Equal(kept > 0 ? 1 : 0, cut.Count);
            Assert.All(cut, l => Assert.Contains($"cut {kept} bytes", l.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_whole_last_record_is_kept()
    {
        await File.WriteAllBytesAsync(SegmentPath, await MakeAsync());
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Equal(3, await log.ReadEndAsync(0));
        Records.AssertSame(_records[2], (await log.ReadAsync(0, 2, 1))[0].Record);
        Assert.Empty(lines.All);
    }

    [Fact]
    public async Task A_last_record_with_any_byte_changed_is_cut()
    {
        var whole = await MakeAsync();
        var random = new Random(1);
        for (var at = whole.Length - (int)RecordFormat.TotalBytes(_records[2]); at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)random.Next(1, 256);
            await AssertOnlyLastIsLostAsync(changed);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(4096)]
    [InlineData(3_000_000)]
    public async Task Zeros_or_noise_behind_the_last_record_are_cut(int bytes)
    {
        var whole = await MakeAsync();
        var noise = new byte[bytes];
        foreach (var seed in new[] { 0, 1 })
        {
            if (seed > 0)
            {
                new Random(seed).NextBytes(noise);
            }

            await File.WriteAllBytesAsync(SegmentPath, [.. whole, .. noise]);
            await using (var log = FileLogs.Open(_directory.Path))
            {
                Assert.Equal(3, await log.ReadEndAsync(0));
                Assert.Equal(3, (await log.ReadAsync(0, 0, 3)).Count);
            }

            Assert.Equal(whole.Length, new FileInfo(SegmentPath).Length);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_group_that_reached_the_disk_in_parts_is_cut_at_its_first_hole(int hole)
    {
        // Two groups: offsets 0-2 and 3-5. The second one was never acknowledged; pages of it came to disk, one did not.
        var group = new List<byte[]> { Encode(3, 0), Encode(4, 1), Encode(5, 2) };
        group[hole].AsSpan().Clear();
        var whole = await MakeAsync();
        await File.WriteAllBytesAsync(SegmentPath, [.. whole, .. group[0], .. group[1], .. group[2]]);

        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Equal(3 + hole, await log.ReadEndAsync(0));
        Assert.Contains(lines.All, l => l is { EventId: 1001, Level: LogLevel.Warning });
        Assert.DoesNotContain(lines.All, l => l.Level > LogLevel.Warning);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task An_intact_record_with_another_offset_than_the_next_is_cut(long offset)
    {
        var whole = await MakeAsync();
        await File.WriteAllBytesAsync(SegmentPath, [.. whole, .. Encode(offset, (int)Math.Min(offset, 1))]);
        await using var log = FileLogs.Open(_directory.Path);
        Assert.Equal(3, await log.ReadEndAsync(0));
        Assert.Equal([0L, 1L, 2L], (await log.ReadAsync(0, 0, 3)).ConvertAll(e => e.Offset));
        Assert.Equal(whole.Length, new FileInfo(SegmentPath).Length);
    }

    private static byte[] Encode(long offset, int writeIndex)
    {
        var record = Records.Random((int)offset, 100);
        var bytes = new byte[RecordFormat.TotalBytes(record)];
        RecordFormat.Write(bytes, offset, writeIndex, record);
        RecordFormat.Seal(bytes);
        return bytes;
    }

    private string SegmentPath => Path.Combine(FileLogs.PartitionPath(_directory.Path), Segment.FileName(0));

    private async Task<byte[]> MakeAsync()
    {
        await FileLogs.MakeAsync(_directory.Path, _records);
        return await File.ReadAllBytesAsync(SegmentPath);
    }

    private async Task<LogLines> AssertOnlyLastIsLostAsync(byte[] segment)
    {
        await File.WriteAllBytesAsync(SegmentPath, segment);
        var lines = new LogLines();
        await using var log = FileLogs.Open(_directory.Path, logger: lines);
        Assert.Equal(2, await log.ReadEndAsync(0));
        var next = Records.Random(9, 30);
        Assert.Equal(2, await log.AppendAsync(0, next, Deadline.Token()));

        var entries = await log.ReadAsync(0, 0, 3);
        Assert.Equal([0L, 1L, 2L], entries.ConvertAll(e => e.Offset));
        Records.AssertSame(_records[0], entries[0].Record);
        Records.AssertSame(_records[1], entries[1].Record);
        Records.AssertSame(next, entries[2].Record);
        return lines;
    }
}
