namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Takes an engine's directory for one process, by an exclusive lock on a file beside it. Freed when disposed or when the process ends,
/// however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory.</summary>
    /// <exception cref="ClickHouseException">Another process has it, or the lock file cannot be made.</exception>
    public static DataDirectoryLock Take(string directory) => Take(directory, FileMode.OpenOrCreate, FileAccess.ReadWrite);

    /// <summary>Takes a directory that was in use before, without changing anything; <see langword="null"/> when it never was.</summary>
    /// <exception cref="ClickHouseException">Another process has it.</exception>
    public static DataDirectoryLock? TakeExisting(string directory) =>
        File.Exists(directory + ".lock") ? Take(directory, FileMode.Open, FileAccess.Read) : null;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static DataDirectoryLock Take(string directory, FileMode mode, FileAccess access)
    {
        var path = directory + ".lock";
        try
        {
            return new DataDirectoryLock(new FileStream(path, mode, access, FileShare.None, bufferSize: 1));
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new ClickHouseInUseException(
                $"The ClickHouse directory {directory} is in use by another process: stop that one, or give this one another DataDirectory.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClickHouseException(0, $"The ClickHouse directory {directory} cannot be used: {exception.Message}", inner: exception);
        }
    }
}
