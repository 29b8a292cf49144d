// Goal: whatever the moment of a crash, and whatever the disk makes of what was not fsynced: every record that was acknowledged or shown to a
// reader is there, at its offset, in order, none twice, nothing behind a hole, nothing that was never appended. Each seed is a history of
// several crashes, of the power or of the process, on a disk whose fsyncs fail now and then. (The order of threads is not part of the seed:
// a failure is likely, not certain, to repeat.)
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileLogCrashSimulationTests
{
    private const int Seeds = 150;
    private const int CrashesPerSeed = 5;
    private const int Appenders = 4;

    // Records are older than the limit: committed segments go with every new one.
    private static readonly LogOptions Options = FileLogs.Small with { RetentionHoursMax = 1, TotalBytesMax = 1 << 30 };

    private readonly ConcurrentDictionary<long, string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _attempted = new();
    private long _committed;
    private int _values;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    public async Task What_was_acknowledged_survives_every_crash(double failingSyncs)
    {
        var crashes = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                crashes += await RunHistoryAsync(seed, failingSyncs);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }

        // The simulation would prove nothing were the disk never to fail under load.
        Assert.InRange(crashes, Seeds * 2, int.MaxValue);
    }

    private async Task<int> RunHistoryAsync(int seed, double failingSyncs)
    {
        _acknowledged.Clear();
        _attempted.Clear();
        _committed = 0;
        var random = new Random(seed);
        var crashes = 0;
        var disk = new SimulatedDisk(random, CallsUntilCrash(random), failingSyncs);
        for (var i = 0; i < CrashesPerSeed; i++)
        {
            crashes += await RunUntilCrashAsync(disk, random.Next()) ? 1 : 0;

            // Checked on a disk that holds still, which is then used further.
            disk = disk.Restart(powerFailure: random.Next(3) > 0, int.MaxValue);
            disk.HoldStill = true;
            var lines = new LogLines();
            await using (var log = FileLogs.Open("/data", Options, disk, logger: lines))
            {
                await CheckAsync(log);
            }

            Assert.DoesNotContain(lines.All, l => l.Level >= LogLevel.Error && l.EventId != 1004);
            disk = disk.Restart(powerFailure: false, CallsUntilCrash(random));
        }

        return crashes;
    }

    /// <summary>Appends and commits until the disk dies or enough was appended; true when it died.</summary>
    private async Task<bool> RunUntilCrashAsync(SimulatedDisk disk, int seed)
    {
        FileEventLog log;
        try
        {
            log = FileLogs.Open("/data", Options, disk);
        }
        catch (EventLogException)
        {
            // An ill fsync or the crash itself, while opening.
            return disk.IsDead;
        }

        var appenders = Enumerable.Range(0, Appenders).Select(a => Task.Run(() => AppendUntilCrashAsync(log, disk, new Random(seed + a))));
        await Task.WhenAll(appenders).WaitAsync(Deadline.Token());
        await log.DisposeAsync().AsTask().WaitAsync(Deadline.Token());
        return disk.IsDead;
    }

    private async Task AppendUntilCrashAsync(FileEventLog log, SimulatedDisk disk, Random random)
    {
        for (var i = 0; i < 200 && !disk.IsDead; i++)
        {
            var value = Interlocked.Increment(ref _values).ToString(CultureInfo.InvariantCulture)
                + new string('x', random.Next(10) == 0 ? random.Next(30_000) : random.Next(600));
            _attempted[value] = true;
            try
            {
                var offset = await log.AppendAsync(0, Records.Text("k", value));
                if (!_acknowledged.TryAdd(offset, value))
                {
                    throw new InvalidOperationException($"Offset {offset} was acknowledged twice.");
                }

                if (random.Next(10) == 0)
                {
                    await log.CommitAsync(0, offset);
                    InterlockedMax(ref _committed, offset);
                }
            }
            catch (EventLogException)
            {
                // Ill or dead: appended again as another record, if at all.
                await Task.Yield();
            }
        }
    }

    private async Task CheckAsync(FileEventLog log)
    {
        var end = await log.ReadEndAsync(0);
        var entries = await ReadToEndAsync(log, end);
        var first = end - entries.Count;
        Assert.True(first <= await log.ReadCommittedAsync(0), "uncommitted records were removed");
        Assert.Equal(Enumerable.Range(0, entries.Count).Select(i => first + i), entries.ConvertAll(e => e.Offset));
        foreach (var (offset, value) in _acknowledged.Where(a => a.Key >= first))
        {
            Assert.True(offset < end, $"the acknowledged offset {offset} is behind the end {end}");
            Assert.True(value == entries[(int)(offset - first)].ValueText(), $"offset {offset} holds another record");
        }

        var seen = new HashSet<string>();
        foreach (var entry in entries)
        {
            var value = Encoding.UTF8.GetString(entry.Record.Value.Span);
            Assert.True(_attempted.ContainsKey(value), $"offset {entry.Offset} holds what was never appended");
            Assert.True(seen.Add(value), $"offset {entry.Offset} holds a record twice");

            // A reader was shown it: from now on it must stay, acknowledged or not.
            _acknowledged[entry.Offset] = value;
        }

        var committed = await log.ReadCommittedAsync(0);
        Assert.InRange(committed, _committed, end);
        _committed = committed;
    }

    /// <summary>Often within opening, where a few calls decide.</summary>
    private static int CallsUntilCrash(Random random) => random.Next(3) == 0 ? random.Next(1, 20) : random.Next(5, 300);

    private static async Task<List<LogEntry>> ReadToEndAsync(FileEventLog log, long end)
    {
        var entries = new List<LogEntry>();
        await using var reader = log.OpenReader(0, 0);
        while (end > 0 && (entries.Count == 0 || entries[^1].Offset < end - 1))
        {
            entries.AddRange((await reader.ReadAsync(64 * 1024, Deadline.Token())).Select(e => e.Copy()));
        }

        return entries;
    }

    private static void InterlockedMax(ref long target, long value)
    {
        var current = Volatile.Read(ref target);
        while (value > current)
        {
            var seen = Interlocked.CompareExchange(ref target, value, current);
            current = seen == current ? value : seen;
        }
    }
}
