using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.File;

/// <summary>
/// Makes the names in a folder durable. On Linux the fsync of a file does not promise that its name is on disk; the fsync of its folder does.
/// .NET opens no folders, hence the three calls. Other systems: nothing is done (Windows journals names; there is no such call).
/// </summary>
internal static partial class DirectorySync
{
    /// <summary>O_RDONLY | O_CLOEXEC, the same on every Linux architecture .NET runs on.</summary>
    private const int ReadOnlyCloseOnExec = 0x80000;

    public static void Sync(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw Failure(path, "open");
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Failure(path, "fsync");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path, string call) =>
        new($"{call} of the folder {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
