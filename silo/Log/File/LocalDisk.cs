namespace Analytics.Silo.Log.File;

/// <summary>The file system of the machine.</summary>
internal sealed class LocalDisk : ILogDisk
{
    /// <summary>What opening a file held elsewhere fails with: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x80070020)];

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!string.IsNullOrEmpty(parent))
        {
            CreateDirectory(parent);
        }

        Directory.CreateDirectory(path);
        if (!string.IsNullOrEmpty(parent))
        {
            SyncDirectory(parent);
        }
    }

    public bool Exists(string path) => Path.Exists(path);

    public IReadOnlyList<DiskFile> ListFiles(string directory)
    {
        var files = new List<DiskFile>();
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles())
        {
            files.Add(new DiskFile(file.Name, file.Length));
        }

        return files;
    }

    public ILogFile Create(string path) => new LocalFile(path, FileMode.Create, FileAccess.ReadWrite);

    public ILogFile OpenWrite(string path) => new LocalFile(path, FileMode.Open, FileAccess.ReadWrite);

    public ILogFile OpenRead(string path) => new LocalFile(path, FileMode.Open, FileAccess.Read);

    public void Rename(string from, string to) => System.IO.File.Move(from, to, overwrite: true);

    public void Delete(string path) => System.IO.File.Delete(path);

    public void SyncDirectory(string path) => DirectorySync.Sync(path);

    public IDisposable? TryLock(string path) => TryLock(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);

    /// <summary>The same, of a file opened as the caller says.</summary>
    public static FileStream? TryLock(string path, FileMode mode, FileAccess access)
    {
        try
        {
            // FileShare.None is an exclusive flock on Unix: it ends with the process however that ends. The file itself stays: removing it
            // would let a third process lock a new file of the same name while a second one still waits on the old.
            return new FileStream(path, mode, access, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (Array.IndexOf(HeldElsewhere, e.HResult) >= 0)
        {
            return null;
        }
    }
}
