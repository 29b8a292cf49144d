namespace Analytics.Silo.Log.File;

/// <summary>A file found in a folder.</summary>
internal readonly record struct DiskFile(string Name, long LengthBytes);
