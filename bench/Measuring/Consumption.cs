using System.Diagnostics;

namespace Analytics.Bench.Measuring;

/// <summary>
/// How fast a process takes a topic that was filled before it started. The first events warm it up: what counts begins with the first look at which
/// they are all done, and ends when every event is. Done is what is in the table, and in the live total where there is one: work that
/// was begun before the window but not finished counts in it, for everybody alike.
/// </summary>
/// <param name="Events">Events in the window.</param>
/// <param name="WallSeconds">Length of the window.</param>
/// <param name="CpuSeconds">Processor time of the process in it.</param>
/// <param name="WholeEvents">All events.</param>
/// <param name="WholeCpuSeconds">Processor time of the process from its start on.</param>
internal sealed record Consumption(long Events, double WallSeconds, double CpuSeconds, long WholeEvents, double WholeCpuSeconds)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DurationMax = TimeSpan.FromMinutes(5);

    /// <summary>Events a second.</summary>
    public double PerSecond => Events / WallSeconds;

    /// <summary>Events a second of processor time.</summary>
    public double PerCpuSecond => Events / CpuSeconds;

    /// <summary>The same with the start of the process and its warm-up.</summary>
    public double WholePerCpuSecond => WholeEvents / WholeCpuSeconds;

    /// <summary>Watches a process until it has done everything.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="readDone">Events done so far.</param>
    /// <param name="warmUp">Events before the window.</param>
    /// <param name="total">Events in all.</param>
    /// <exception cref="TimeoutException">It does not get there.</exception>
    public static async Task<Consumption> WatchAsync(int processId, Func<Task<long>> readDone, long warmUp, long total)
    {
        var watch = Stopwatch.StartNew();
        var (beginDone, beginSeconds, beginCpu) = (-1L, 0.0, 0.0);
        while (true)
        {
            var done = await readDone();
            var (seconds, cpu) = (watch.Elapsed.TotalSeconds, ProcessUsage.CpuSeconds(processId));
            if (beginDone < 0 && done >= warmUp)
            {
                (beginDone, beginSeconds, beginCpu) = (done, seconds, cpu);
            }

            if (done >= total)
            {
                return done == total
                    ? new Consumption(total - beginDone, seconds - beginSeconds, cpu - beginCpu, total, cpu)
                    : throw new InvalidOperationException($"{done} events are done, and there are only {total}.");
            }

            if (watch.Elapsed > DurationMax)
            {
                throw new TimeoutException($"{done} of {total} events are done after {DurationMax.TotalMinutes} minutes.");
            }

            await Task.Delay(LookEvery);
        }
    }
}
