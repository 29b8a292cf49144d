// Goal: whatever moment a silo process is killed at, every accepted event is in its table exactly once afterwards, and live state says the same.
using System.Diagnostics;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int SoakCyclesMax = 200;

    // What a killed process may have been doing: starting (every fourth kill does not wait for readiness), or working for up to this long.
    private const int StartKillMsMax = 1500;
    private const int WorkKillMsMax = 900;

    [Fact]
    public async Task Killed_again_and_again_a_silo_neither_loses_nor_doubles_an_event()
    {
        await using var run = await FaultRun.StartAsync();
        await KillAsync(run, FaultSettings.Cycles, TimeSpan.MaxValue);
        await run.CheckAsync();
    }

    [Fact(Explicit = true)]
    public async Task Soak()
    {
        var watch = Stopwatch.StartNew();
        for (var round = 1; round == 1 || watch.Elapsed < FaultSettings.Soak; round++)
        {
            await using var run = await FaultRun.StartAsync();
            Console.WriteLine($"kill soak, round {round}: FAULT_SEED={run.Seed}");
            var cycles = await KillAsync(run, SoakCyclesMax, FaultSettings.Soak - watch.Elapsed);
            await run.CheckAsync();
            Console.WriteLine($"kill soak, round {round}: {cycles} kills, {run.Load.Promises.EventCount} events exactly once; {run.Load.Counters}");
        }
    }

    /// <summary>Kills and starts until the cycles or the time are used up; the silo is ready afterwards.</summary>
    private async Task<int> KillAsync(FaultRun run, int cyclesMax, TimeSpan timeMax)
    {
        var random = new Random(run.Seed);
        var watch = Stopwatch.StartNew();
        var cycle = 0;
        for (; cycle < cyclesMax && watch.Elapsed < timeMax; cycle++)
        {
            if (cycle % 4 == 3)
            {
                await MomentAsync(random.Next(StartKillMsMax));
            }
            else
            {
                await run.Silo.WaitUntilReadyAsync();
                await run.Load.DeliverAsync(1);
                await MomentAsync(random.Next(WorkKillMsMax));
            }

            await run.Silo.KillAsync();
            run.Silo.Launch();
        }

        await run.Silo.WaitUntilReadyAsync();
        output.WriteLine($"{cycle} kills in {watch.Elapsed.TotalSeconds:0} s");
        return cycle;
    }

    /// <summary>Not a wait for something: the moment of the kill is the test's input.</summary>
    private static async Task MomentAsync(int ms)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(ms + 1));
        await timer.WaitForNextTickAsync();
    }
}
