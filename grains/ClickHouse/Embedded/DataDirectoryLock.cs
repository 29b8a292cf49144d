namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Takes an engine's directory for one process, by an exclusive lock on a file beside it. Freed when disposed or when the process ends,
/// however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory.</summary>
    /// <exception cref="ClickHouseException">Another process has it, or the lock file cannot be made.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var path = directory + ".lock";
        try
        {
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new ClickHouseException(
                0, $"The ClickHouse directory {directory} is in use by another process: stop that one, or give this one another DataDirectory.", inner: exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClickHouseException(0, $"The ClickHouse directory {directory} cannot be used: {exception.Message}", inner: exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
