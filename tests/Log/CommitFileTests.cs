// Goal: a commit is there or the one before it is; never anything else.
using Analytics.Silo.Log.File;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class CommitFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly LocalDisk _disk = new();

    private string FilePath => Path.Combine(_directory.Path, CommitFile.FileName);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_commit_falls_back_to_the_one_before(int commits)
    {
        Write(Enumerable.Range(1, commits).Select(i => i * 1000L));
        var bytes = File.ReadAllBytes(FilePath);
        var slot = (commits - 1) % 2 * 4096;
        for (var at = slot; at < slot + 12; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0x11;
            File.WriteAllBytes(FilePath, changed);
            Assert.Equal((commits - 1) * 1000L, Read(out var unreadable));
            Assert.Equal(commits == 1, unreadable);
        }
    }

    [Fact]
    public void A_file_cut_at_any_length_gives_a_value_that_was_committed()
    {
        Write([7, 8]);
        var bytes = File.ReadAllBytes(FilePath);
        Assert.Equal(8, Read(out _));
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Equal(length < 16 ? 0 : 7, Read(out var unreadable));
            Assert.Equal(length is > 0 and < 16, unreadable);
        }
    }

    [Fact]
    public void Commits_go_on_after_a_damaged_one()
    {
        Write([10, 20, 30]);
        var bytes = File.ReadAllBytes(FilePath);
        bytes[0] ^= 1;
        File.WriteAllBytes(FilePath, bytes);
        Write([25]);
        Assert.Equal(25, Read(out _));
        Write([24, 26]);
        Assert.Equal(26, Read(out _));
    }

    [Fact]
    public void A_failed_commit_leaves_the_one_before_and_can_be_repeated()
    {
        var disk = new FaultyDisk();
        using (var file = CommitFile.Open(disk, _directory.Path, out _))
        {
            file.Write(5);
            disk.Before = static (call, _) => throw new IOException($"no {call}");
            Assert.Throws<IOException>(() => file.Write(6));
            Assert.Throws<IOException>(() => file.Write(6));
            Assert.Equal(5, file.NextOffset);
            Assert.Equal(5, Read(out _));
            disk.Before = static (_, _) => { };
            file.Write(6);
            Assert.Equal(6, file.NextOffset);
        }

        Assert.Equal(6, Read(out _));
    }

    private void Write(IEnumerable<long> offsets)
    {
        using var file = CommitFile.Open(_disk, _directory.Path, out _);
        foreach (var offset in offsets)
        {
            file.Write(offset);
        }
    }

    private long Read(out bool unreadable)
    {
        using var file = CommitFile.Open(_disk, _directory.Path, out unreadable);
        return file.NextOffset;
    }
}
