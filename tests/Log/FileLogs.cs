using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Log;

/// <summary>Opens file logs the way most tests want them: one partition, small segments.</summary>
internal static class FileLogs
{
    public const int SegmentBytes = 64 * 1024;

    public static LogOptions Small { get; } = new() { Partitions = 1, SegmentBytesMax = SegmentBytes, TotalBytesMax = 64 * SegmentBytes };

    public static FileEventLog Open(
        string directory, LogOptions? options = null, ILogDisk? disk = null, TimeProvider? time = null, ILogger? logger = null) =>
        FileEventLog.Open(disk ?? new LocalDisk(), directory, options ?? Small, logger ?? NullLogger.Instance, time ?? TimeProvider.System);

    public static string PartitionPath(string directory, int partition = 0) => Path.Combine(directory, "log", $"partition-{partition}");

    /// <summary>The segment files, oldest first.</summary>
    public static List<string> Segments(string directory, int partition = 0) =>
        [.. Directory.GetFiles(PartitionPath(directory, partition), "*.segment").Order(StringComparer.Ordinal)];

    /// <summary>Makes a log with these records and closes it.</summary>
    public static async Task MakeAsync(string directory, IEnumerable<LogRecord> records, LogOptions? options = null)
    {
        await using var log = Open(directory, options);
        await log.AppendAllAsync(0, records);
    }
}
