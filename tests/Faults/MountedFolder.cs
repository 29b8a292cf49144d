using System.Diagnostics;
using Xunit;

namespace Analytics.Tests.Faults;

/// <summary>A folder that is a mount of its own, so that it can be full or read-only without anything else being so. Unmounted at the end.</summary>
internal sealed class MountedFolder : IAsyncDisposable
{
    private const string BallastName = "ballast";
    private const int BallastBlockBytes = 4096;

    private readonly bool _ownsFolder;

    private MountedFolder(string path, bool ownsFolder)
    {
        Path = path;
        _ownsFolder = ownsFolder;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A new, small file system in memory. Skips the test, saying why, where mounting is not allowed.</summary>
    public static async Task<MountedFolder> NewAsync(int sizeMb)
    {
        var path = Directory.CreateTempSubdirectory("analytics-mount-").FullName;
        var folder = new MountedFolder(path, ownsFolder: true);
        await MountOrSkipAsync(folder, "-t", "tmpfs", "-o", $"size={sizeMb}m", "tmpfs", path);
        return folder;
    }

    /// <summary>
    /// Mounts a folder over itself, so that it can be made read-only while a process uses it. What the process has open stays as it is;
    /// everything it opens from now on obeys. Skips the test, saying why, where mounting is not allowed.
    /// </summary>
    public static async Task<MountedFolder> OverAsync(string path)
    {
        var folder = new MountedFolder(path, ownsFolder: false);
        await MountOrSkipAsync(folder, "--bind", path, path);
        return folder;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(BallastPath, FileMode.OpenOrCreate, FileAccess.Write);
        var block = new byte[BallastBlockBytes];
        try
        {
            for (var position = RandomAccess.GetLength(file); ; position += block.Length)
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
            Directory.Delete(Path, recursive: true);
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
            if (folder._ownsFolder)
            {
                Directory.Delete(folder.Path);
            }

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
