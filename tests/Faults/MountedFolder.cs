using System.Diagnostics;
using Xunit;

namespace Analytics.Tests.Faults;

/// <summary>A folder that is a mount of its own, so that it can be full or read-only without anything else being so. Unmounted at the end.</summary>
internal sealed class MountedFolder : IAsyncDisposable
{
    private const string BallastName = "ballast";
    private const int BallastBlockBytes = 4096;

    private readonly bool _ownsFolder;

    private MountedFolder(string path, bool ownsFolder = true)
    {
        Path = path;
        _ownsFolder = ownsFolder;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A new, small file system in memory. Skips the test, saying why, where mounting is not allowed.</summary>
    public static async Task<MountedFolder> NewAsync(int sizeMb)
    {
        var folder = new MountedFolder(Directory.CreateTempSubdirectory("analytics-mount-").FullName);
        await MountOrSkipAsync(folder, "-t", "tmpfs", "-o", $"size={sizeMb}m", "tmpfs", folder.Path);
        return folder;
    }

    /// <summary>
    /// Covers a folder with itself, read-only, while a process uses it. What the process has open stays as it is; everything it opens from now on
    /// is read-only. Skips the test, saying why, where mounting is not allowed.
    /// </summary>
    public static async Task<MountedFolder> CoverReadOnlyAsync(string path)
    {
        // A mount that is being written to cannot become read-only; one that nobody uses can, and it stays so wherever it is bound to.
        await using var copy = new MountedFolder(Directory.CreateTempSubdirectory("analytics-mount-").FullName);
        await MountOrSkipAsync(copy, "--bind", path, copy.Path);
        await copy.MakeReadOnlyAsync();
        var cover = new MountedFolder(path, ownsFolder: false);
        await MountOrSkipAsync(cover, "--bind", copy.Path, path);
        return cover;
    }

    /// <summary>Takes all the space that is left, but for some.</summary>
    public void Fill(long leaveBytes = 0)
    {
        using var file = File.OpenHandle(BallastPath, FileMode.OpenOrCreate, FileAccess.Write);
        var block = new byte[BallastBlockBytes];
        try
        {
            for (var position = RandomAccess.GetLength(file); leaveBytes == 0 || new DriveInfo(Path).AvailableFreeSpace > leaveBytes; position += block.Length)
            {
                RandomAccess.Write(file, block, position);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(BallastPath);

    /// <summary>Lets nothing be opened for writing any more.</summary>
    public Task MakeReadOnlyAsync() => RemountAsync("remount,bind,ro");

    /// <summary>Takes that back.</summary>
    public Task MakeWritableAsync() => RemountAsync("remount,bind,rw");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Lazily: a file that a process in its last moments has open does not keep it there.
        await RunAsync("umount", "-l", Path);
        if (_ownsFolder)
        {
            Directory.Delete(Path);
        }
    }

    private string BallastPath => System.IO.Path.Combine(Path, BallastName);

    private async Task RemountAsync(string options)
    {
        var (exitCode, output) = await RunAsync("mount", "-o", options, Path);
        Assert.True(exitCode == 0, output);
    }

    private static async Task MountOrSkipAsync(MountedFolder folder, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync("mount", arguments);
        if (exitCode != 0)
        {
            await folder.DisposeAsync();
            Assert.Skip($"Needs the right to mount a file system: {output}");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output.Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
