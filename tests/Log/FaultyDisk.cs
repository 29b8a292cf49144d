using Analytics.Silo.Log.File;

namespace Analytics.Tests.Log;

/// <summary>A real disk that counts the fsyncs of segments, and asks the test before every call that opens or changes something.</summary>
internal sealed class FaultyDisk : ILogDisk
{
    private readonly LocalDisk _disk = new();
    private int _segmentSyncs;

    /// <summary>Fsyncs of segment files so far.</summary>
    public int SegmentSyncs => Volatile.Read(ref _segmentSyncs);

    /// <summary>Called with the call and the path before it happens; throws to make it fail, blocks to delay it. A failing write has written half.</summary>
    public Action<DiskCall, string> Before { get; set; } = static (_, _) => { };

    public void CreateDirectory(string path) => _disk.CreateDirectory(path);

    public bool Exists(string path) => _disk.Exists(path);

    public IReadOnlyList<DiskFile> ListFiles(string directory) => _disk.ListFiles(directory);

    public ILogFile Create(string path)
    {
        Before(DiskCall.Create, path);
        return new File(this, path, _disk.Create(path));
    }

    public ILogFile OpenWrite(string path)
    {
        Before(DiskCall.OpenWrite, path);
        return new File(this, path, _disk.OpenWrite(path));
    }

    public ILogFile OpenRead(string path)
    {
        Before(DiskCall.OpenRead, path);
        return _disk.OpenRead(path);
    }

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string path)
    {
        Before(DiskCall.Delete, path);
        _disk.Delete(path);
    }

    public void SyncDirectory(string path)
    {
        Before(DiskCall.SyncDirectory, path);
        _disk.SyncDirectory(path);
    }

    public IDisposable? TryLock(string path) => _disk.TryLock(path);

    private sealed class File(FaultyDisk disk, string path, ILogFile file) : ILogFile
    {
        public long LengthBytes => file.LengthBytes;

        public int Read(Span<byte> target, long position) => file.Read(target, position);

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            try
            {
                disk.Before(DiskCall.Write, path);
            }
            catch
            {
                file.Write(source[..(source.Length / 2)], position);
                throw;
            }

            file.Write(source, position);
        }

        public void SetLength(long lengthBytes)
        {
            disk.Before(DiskCall.SetLength, path);
            file.SetLength(lengthBytes);
        }

        public void Sync()
        {
            if (path.EndsWith(".segment", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref disk._segmentSyncs);
            }

            disk.Before(DiskCall.Sync, path);
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
