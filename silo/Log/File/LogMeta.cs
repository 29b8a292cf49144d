using System.Text.Json;

namespace Analytics.Silo.Log.File;

/// <summary>The file that says what a log is: <c>{"Format":1,"Partitions":4}</c>. Written once, before anything else.</summary>
internal sealed record LogMeta(int Format, int Partitions)
{
    public const string FileName = "log.meta";

    private const string NewFileName = "log.meta.new";
    private const int BytesMax = 4096;

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="EventLogException">It cannot be understood.</exception>
    public static LogMeta? Read(ILogDisk disk, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!disk.Exists(path))
        {
            return null;
        }

        using var file = disk.OpenRead(path);
        var buffer = new byte[BytesMax];
        var bytes = file.Read(buffer, 0);
        var meta = Parse(buffer.AsSpan(0, bytes));
        if (meta is null || meta.Partitions is < 1 or > LogOptionsRules.PartitionsMax)
        {
            throw new EventLogException($"{path} does not describe a log: restore it, or move the folder away to begin a new log.");
        }

        if (meta.Format != RecordFormat.Version)
        {
            throw new EventLogException($"The log in {directory} has format {meta.Format}; this version reads format {RecordFormat.Version}.");
        }

        return meta;
    }

    /// <summary>Writes the file durably, as a whole or not at all.</summary>
    public void Write(ILogDisk disk, string directory)
    {
        var newPath = Path.Combine(directory, NewFileName);
        using (var file = disk.Create(newPath))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this), 0);
            file.Sync();
        }

        disk.Rename(newPath, Path.Combine(directory, FileName));
        disk.SyncDirectory(directory);
    }

    private static LogMeta? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<LogMeta>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
