using System.Diagnostics;

namespace Analytics.Bench.Measuring;

/// <summary>
/// How fast a process takes a topic that was filled before it started. The first events warm it up: what counts begins with the first look at which
/// they have all been begun, and ends when every event is done. Of events that were begun before the window and done in it, the work counts and the events do not.
/// </summary>
/// <param name="Events">Events in the window.</param>
/// <param name="WallSeconds">Length of the window.</param>
/// <param name="CpuSeconds">Processor time of the process in it.</param>
/// <param name="WholeEvents">All events.</param>
/// <param name="WholeCpuSeconds">Processor time of the process from its start on.</param>
internal sealed record Consumption(long Events, double WallSeconds, double CpuSeconds, long WholeEvents, double WholeCpuSeconds)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DurationMax = TimeSpan.FromMinutes(5);

    /// <summary>Processor time from the start on by what the threads are for.</summary>
    public IReadOnlyDictionary<string, double> Threads { get; init; } = new Dictionary<string, double>();

    /// <summary>Events decoded at a time, on average; 0 where nobody says.</summary>
    public double EventsPerChunk { get; init; }

    /// <summary>Events a second.</summary>
    public double PerSecond => Events / WallSeconds;

    /// <summary>Events a second of processor time.</summary>
    public double PerCpuSecond => Events / CpuSeconds;

    /// <summary>The same with the start of the process and its warm-up.</summary>
    public double WholePerCpuSecond => WholeEvents / WholeCpuSeconds;

    /// <summary>Watches a process until it has done everything.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="readBegun">Events so far on which any work was done.</param>
    /// <param name="readDone">Events so far that are in the table, and in the live total where there is one.</param>
    /// <param name="warmUp">Events before the window.</param>
    /// <param name="total">Events in all.</param>
    /// <exception cref="TimeoutException">It does not get there.</exception>
    public static async Task<Consumption> WatchAsync(
        int processId, Func<Task<long>> readBegun, Func<Task<long>> readDone, long warmUp, long total)
    {
        var watch = Stopwatch.StartNew();
        var begin = await UntilAsync(processId, watch, readBegun, warmUp);
        var end = await UntilAsync(processId, watch, readDone, total);
        return end.Events == total && begin.Events < total
            ? new Consumption(total - begin.Events, end.Seconds - begin.Seconds, end.CpuSeconds - begin.CpuSeconds, total, end.CpuSeconds)
            : throw new InvalidOperationException($"Of {total} events {begin.Events} were begun at the first look, and {end.Events} are done.");
    }

    private static async Task<(long Events, double Seconds, double CpuSeconds)> UntilAsync(
        int processId, Stopwatch watch, Func<Task<long>> read, long wanted)
    {
        while (true)
        {
            var events = await read();
            if (events >= wanted)
            {
                return (events, watch.Elapsed.TotalSeconds, ProcessUsage.CpuSeconds(processId));
            }

            if (watch.Elapsed > DurationMax)
            {
                throw new TimeoutException($"{events} of {wanted} events after {DurationMax.TotalMinutes} minutes.");
            }

            await Task.Delay(LookEvery);
        }
    }
}
