// Goal: whatever dies, fails, comes twice, comes late or comes in another order: every event is in its table exactly once, and live state is what the table says.
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Analytics.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    // Fixed, so that two runs of the tests are the same; SIMULATION_SEED explores from elsewhere.
    private const int FirstSeedDefault = 1;
    private const double SecondsDefault = 30;

    [Fact]
    public void Every_seed_ends_with_every_event_exactly_once()
    {
        var seed = (int)Setting("SIMULATION_SEED", FirstSeedDefault);
        var seconds = Setting("SIMULATION_SECONDS", SecondsDefault);
        var clock = Stopwatch.StartNew();
        var count = 0;
        for (; clock.Elapsed.TotalSeconds < seconds; seed++, count++)
        {
            using var simulation = new Simulation(seed);
            var violations = simulation.Run();
            Assert.True(violations.Count == 0, $"SIMULATION_SEED={seed}\n{string.Join('\n', violations)}");
        }

        output.WriteLine($"{count} seeds up to {seed - 1}, no violation");
        Assert.True(count > 0);
    }

    [Fact]
    public void A_seed_is_the_same_run_again()
    {
        IReadOnlyList<string> Trace()
        {
            using var simulation = new Simulation(7, isTraced: true);
            simulation.Run();
            return simulation.Trace;
        }

        var first = Trace();
        Assert.True(first.Count > 100);
        Assert.Equal(first, Trace());
    }

    [Fact(Explicit = true)]
    public void One_seed_in_detail()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SIMULATION_SEED") is { Length: > 0 }, "SIMULATION_SEED says which.");
        using var simulation = new Simulation((int)Setting("SIMULATION_SEED", FirstSeedDefault), isTraced: true);
        var violations = simulation.Run();
        foreach (var line in simulation.Trace)
        {
            output.WriteLine(line);
        }

        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static double Setting(string name, double otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
