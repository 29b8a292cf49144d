using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Analytics.Bench.Stages;

/// <summary>
/// What a stage costs. Of one that runs on one thread, time and allocations of that thread; of one that has several, those of the process, and so of
/// whatever the engine and the runtime do in the background meanwhile.
/// </summary>
internal sealed partial class StageMeter
{
    private const int ThreadCpuClock = 3;

    private TimeSpan _cpu;
    private TimeSpan _wall;
    private long _bytes;
    private long _events;

    /// <summary>Nanoseconds of processor time for an event.</summary>
    public double CpuNanoseconds => _cpu.TotalNanoseconds / _events;

    /// <summary>Nanoseconds on the clock for an event.</summary>
    public double WallNanoseconds => _wall.TotalNanoseconds / _events;

    /// <summary>Bytes allocated for an event.</summary>
    public double Bytes => (double)_bytes / _events;

    /// <summary>Counts work on some events that several threads share.</summary>
    public async Task RunAsync(long events, Func<Task> work)
    {
        var (watch, cpu, bytes) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        await work();
        _wall += watch.Elapsed;
        _cpu += Environment.CpuUsage.TotalTime - cpu;
        _bytes += GC.GetTotalAllocatedBytes() - bytes;
        _events += events;
    }

    /// <summary>Counts work on some events that stays on this thread.</summary>
    public void Run(long events, Action work)
    {
        var (watch, cpu, bytes) = (Stopwatch.StartNew(), ThreadCpuTime(), GC.GetAllocatedBytesForCurrentThread());
        work();
        _wall += watch.Elapsed;
        _cpu += ThreadCpuTime() - cpu;
        _bytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
        _events += events;
    }

    private static TimeSpan ThreadCpuTime()
    {
        const double NanosecondsPerTick = 100;
        _ = ReadClock(ThreadCpuClock, out var time);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks((long)(time.Nanoseconds / NanosecondsPerTick));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out ClockTime time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ClockTime
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
