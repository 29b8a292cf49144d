// Goal: a log opened for reading only shows what the log holds and leaves no trace, torn end and damage included.
using System.Text;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Audit;

public sealed class ReadOnlyLogTests
{
    [Fact]
    public async Task It_shows_the_same_records_ends_and_committed_offsets()
    {
        using var directory = new TempDirectory();
        var options = FileLogs.Small with { Partitions = 3 };
        await using (var log = FileLogs.Open(directory.Path, options))
        {
            for (var i = 0; i < 40; i++)
            {
                await log.AppendAsync(1, Record(new string('x', 5_000) + i));
            }

            await log.AppendAsync(2, Record("one"));
            await log.CommitAsync(1, 17);
        }

        var before = Snapshot(directory.Path);
        await using (var log = ReadOnlyFileLog.TryOpen(directory.Path)!)
        {
            Assert.Equal(3, log.Partitions.Count);
            Assert.Equal((0, 40, 1), (await log.ReadEndAsync(0), await log.ReadEndAsync(1), await log.ReadEndAsync(2)));
            Assert.Equal((0, 17, 0), (await log.ReadCommittedAsync(0), await log.ReadCommittedAsync(1), await log.ReadCommittedAsync(2)));
            Assert.Equal(Enumerable.Range(7, 33).Select(i => new string('x', 5_000) + i), await ReadAsync(log, 1, 7, 40));
            await Assert.ThrowsAsync<EventLogException>(async () => await log.AppendAsync(0, Record("no")));
            await Assert.ThrowsAsync<EventLogException>(async () => await log.CommitAsync(0, 1));
            await using var reader = log.OpenReader(2, 1);
            await Assert.ThrowsAsync<EventLogException>(async () => await reader.ReadAsync(1024));
        }

        Assert.Equal(before, Snapshot(directory.Path));
    }

    [Fact]
    public async Task A_torn_end_is_not_shown_and_not_cut()
    {
        using var directory = new TempDirectory();
        await FileLogs.MakeAsync(directory.Path, [Record("one"), Record("two")]);
        var segment = FileLogs.Segments(directory.Path)[0];
        await File.AppendAllTextAsync(segment, "torn");
        var before = Snapshot(directory.Path);
        await using (var log = ReadOnlyFileLog.TryOpen(directory.Path)!)
        {
            Assert.Equal(2, await log.ReadEndAsync(0));
            Assert.Equal(["one", "two"], await ReadAsync(log, 0, 0, 2));
        }

        Assert.Equal(before, Snapshot(directory.Path));
    }

    [Fact]
    public async Task Damage_is_reported_with_the_place_to_go_on()
    {
        using var directory = new TempDirectory();
        await FileLogs.MakeAsync(directory.Path, [Record("one"), Record("two"), Record("three")]);
        var segment = FileLogs.Segments(directory.Path)[0];
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.AsSpan().IndexOf("two"u8)]++;
        await File.WriteAllBytesAsync(segment, bytes);
        await using var log = ReadOnlyFileLog.TryOpen(directory.Path)!;
        await using var reader = log.OpenReader(0, 0);
        Assert.Single(await reader.ReadAsync(1024));
        var damage = await Assert.ThrowsAsync<EventLogCorruptException>(async () => await reader.ReadAsync(1024));
        Assert.Equal((1, 2), (damage.Offset, damage.NextOffset));
    }

    [Fact]
    public async Task Two_processes_at_a_time_are_kept_apart_both_ways()
    {
        using var directory = new TempDirectory();
        await using (var log = FileLogs.Open(directory.Path))
        {
            Assert.Null(ReadOnlyFileLog.TryOpen(directory.Path));
        }

        await using (var log = ReadOnlyFileLog.TryOpen(directory.Path))
        {
            Assert.NotNull(log);
            Assert.Throws<EventLogException>(() => FileLogs.Open(directory.Path));
        }

        await using var again = FileLogs.Open(directory.Path);
    }

    [Fact]
    public void Without_a_log_it_says_so_and_makes_none()
    {
        using var directory = new TempDirectory();
        var failure = Assert.Throws<EventLogException>(() => ReadOnlyFileLog.TryOpen(directory.Path));
        Assert.Contains("There is no event log", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    private static LogRecord Record(string value) => new(default, Encoding.UTF8.GetBytes(value), 5);

    private static async Task<List<string>> ReadAsync(ReadOnlyFileLog log, int partition, long offset, long end)
    {
        var values = new List<string>();
        await using var reader = log.OpenReader(partition, offset);
        for (var next = offset; next < end;)
        {
            foreach (var entry in await reader.ReadAsync(16 * 1024))
            {
                values.Add(Encoding.UTF8.GetString(entry.Record.Value.Span));
                next = entry.Offset + 1;
            }
        }

        return values;
    }

    private static string Snapshot(string directory) => string.Join('\n', new DirectoryInfo(directory)
        .EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal)
        .Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.FullName)))}"));
}
