using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Bench.Micro;

/// <summary>Step 2, the log on files: appends that wait for the disk, alone and 64 at once, 4 KiB a record.</summary>
public class LogAppendBenchmark
{
    private const int Together = 64;

    private readonly LogRecord _record = new("bench/events"u8.ToArray(), new byte[4096], 1_795_168_800_000);
    private DirectoryInfo _directory = null!;
    private FileEventLog _log = null!;

    /// <summary>Opens a log in an empty folder.</summary>
    [GlobalSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("analytics-bench-");
        var options = new LogOptions { Partitions = 1, RetentionBytesMax = 0 };
        _log = FileEventLog.Open(new LocalDisk(), _directory.FullName, options, NullLogger.Instance, TimeProvider.System);
    }

    /// <summary>Closes and deletes it.</summary>
    [GlobalCleanup]
    public void Close()
    {
        _log.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _directory.Delete(recursive: true);
    }

    /// <summary>One by one.</summary>
    [Benchmark]
    public async Task AppendAlone() => await CommitAsync(await _log.AppendAsync(0, _record));

    /// <summary>Many that share a write to the disk.</summary>
    [Benchmark(OperationsPerInvoke = Together)]
    public async Task AppendTogether()
    {
        var appends = new Task<long>[Together];
        for (var i = 0; i < appends.Length; i++)
        {
            appends[i] = _log.AppendAsync(0, _record).AsTask();
        }

        await CommitAsync((await Task.WhenAll(appends)).Max());
    }

    // What is committed may be removed, so that the folder stays small.
    private ValueTask CommitAsync(long offset) => _log.CommitAsync(0, offset + 1);
}
