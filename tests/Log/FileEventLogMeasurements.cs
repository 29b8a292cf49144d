// Goal: numbers to decide with: appends a second for 1, 64 and 1,000 appenders, throughput of large records, reading, opening, memory per append.
// Run explicitly, in Release: -explicit only -class "*FileEventLogMeasurements".
using System.Diagnostics;
using System.Globalization;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileEventLogMeasurements(ITestOutputHelper output) : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FaultyDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Theory(Explicit = true)]
    [InlineData(1, 1, 137, 4_000)]
    [InlineData(64, 1, 137, 300_000)]
    [InlineData(1000, 1, 137, 1_500_000)]
    [InlineData(1000, 4, 137, 1_500_000)]
    [InlineData(1, 1, 256 * 1024, 1_000)]
    [InlineData(16, 4, 256 * 1024, 6_000)]
    public async Task Appending(int appenders, int partitions, int recordBytes, int count)
    {
        var options = new LogOptions { Partitions = partitions };
        await using var log = FileLogs.Open(_directory.Path, options, _disk);
        await RunAsync(log, appenders, recordBytes, appenders);
        var syncs = _disk.SegmentSyncs;
        var allocatedBytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await RunAsync(log, appenders, recordBytes, count / appenders * appenders);
        var seconds = watch.Elapsed.TotalSeconds;
        allocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - allocatedBytes;
        var processorSeconds = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
        syncs = _disk.SegmentSyncs - syncs;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"append: {appenders} appenders, {partitions} partitions, {recordBytes} B: {count / seconds:F0}/s, {count * (double)recordBytes / seconds / 1e6:F0} MB/s, {count / (double)syncs:F1} records/fsync, {seconds * 1e6 * partitions / syncs:F0} us/fsync, {allocatedBytes / (double)count:F0} B allocated each, {count / processorSeconds:F0} per CPU second"));
    }

    [Theory(Explicit = true)]
    [InlineData(137, 2_000_000)]
    [InlineData(256 * 1024, 4_000)]
    public async Task Reading(int recordBytes, int count)
    {
        var options = new LogOptions { Partitions = 1 };
        await using (var log = FileLogs.Open(_directory.Path, options, _disk))
        {
            await RunAsync(log, 100, recordBytes, count);
        }

        var watch = Stopwatch.StartNew();
        await using var again = FileLogs.Open(_directory.Path, options, _disk);
        var openMs = watch.Elapsed.TotalMilliseconds;
        var records = 0;
        var bytes = 0L;
        var allocatedBytes = GC.GetTotalAllocatedBytes(precise: true);
        watch.Restart();
        await using var reader = again.OpenReader(0, 0);
        while (records < count)
        {
            var entries = await reader.ReadAsync(1024 * 1024);
            records += entries.Count;
            for (var i = 0; i < entries.Count; i++)
            {
                bytes += entries[i].Record.Value.Length;
            }
        }

        var seconds = watch.Elapsed.TotalSeconds;
        allocatedBytes = GC.GetTotalAllocatedBytes(precise: true) - allocatedBytes;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"read: {recordBytes} B: {count / seconds:F0}/s, {bytes / seconds / 1e6:F0} MB/s, {allocatedBytes / (double)count:F1} B allocated each; {FileLogs.Segments(_directory.Path).Count} segments opened in {openMs:F0} ms"));
    }

    private static Task RunAsync(FileEventLog log, int appenders, int recordBytes, int count)
    {
        var record = new LogRecord("shop/purchase"u8.ToArray(), new byte[recordBytes - 13], 1);
        return Task.WhenAll(Enumerable.Range(0, appenders).Select(a => Task.Run(async () =>
        {
            for (var i = 0; i < count / appenders; i++)
            {
                await log.AppendAsync(a % log.Partitions.Count, record);
            }
        })));
    }
}
