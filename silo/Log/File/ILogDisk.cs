namespace Analytics.Silo.Log.File;

/// <summary>What the log needs of a file system; the seam where tests lose writes and fail fsyncs.</summary>
internal interface ILogDisk
{
    /// <summary>Makes a folder and its parents, durably. No error when it is there.</summary>
    void CreateDirectory(string path);

    /// <summary>Whether a file or folder of that name is there.</summary>
    bool Exists(string path);

    /// <summary>The files of a folder, in no particular order.</summary>
    IReadOnlyList<DiskFile> ListFiles(string directory);

    /// <summary>Makes a new empty file, or empties the one that is there, for reading and writing. Its name is durable after <see cref="SyncDirectory"/>.</summary>
    ILogFile Create(string path);

    /// <summary>Opens an existing file for reading and writing.</summary>
    ILogFile OpenWrite(string path);

    /// <summary>Opens an existing file for reading; <see cref="FileNotFoundException"/> when it is not there.</summary>
    ILogFile OpenRead(string path);

    /// <summary>Gives a file another name, replacing what has it. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file. Durable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    /// <summary>Makes names made, changed and removed in a folder durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Takes a lock that ends with the process or the returned object; null when somebody else holds it.</summary>
    IDisposable? TryLock(string path);
}
