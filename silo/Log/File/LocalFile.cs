using Microsoft.Win32.SafeHandles;

namespace Analytics.Silo.Log.File;

/// <summary>A file of the operating system.</summary>
internal sealed class LocalFile : ILogFile
{
    private readonly SafeFileHandle _handle;

    public LocalFile(string path, FileMode mode, FileAccess access)
    {
        // Readers open segments that are being written, and retention removes segments that are being read.
        _handle = System.IO.File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
    }

    public long LengthBytes => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> target, long position) => RandomAccess.Read(_handle, target, position);

    public void Write(ReadOnlySpan<byte> source, long position) => RandomAccess.Write(_handle, source, position);

    public void SetLength(long lengthBytes) => RandomAccess.SetLength(_handle, lengthBytes);

    public void Sync() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
