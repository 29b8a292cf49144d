namespace Analytics.Tests.Log;

/// <summary>What a test can intercept.</summary>
internal enum DiskCall
{
    Create,
    OpenRead,
    OpenWrite,
    Write,
    Sync,
    SetLength,
    Delete,
    SyncDirectory,
}
