using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics;

namespace Analytics.Tests.Simulation;

/// <summary>ClickHouse as its callers see it: tables that outlive every silo, statements that fail before or after they take effect, or take long.</summary>
internal sealed class SimDatabase(SimWorld world)
{
    /// <summary>Tables by metric key.</summary>
    public Dictionary<string, SimTable> Tables { get; } = [];

    /// <summary>Saved counts of duplicates by metric key.</summary>
    public Dictionary<string, DuplicateState> Duplicates { get; } = [];

    /// <summary>Saved live states by metric key.</summary>
    public Dictionary<string, LiveSnapshot> Snapshots { get; } = [];

    public Dictionary<string, MetricSettings> Settings { get; } = [];

    /// <summary>How often a live state was made from a snapshot.</summary>
    public int SnapshotLoads { get; set; }

    /// <summary>What goes wrong now.</summary>
    public SimFaults Faults { get; set; } = new();

    /// <summary>Until when every statement fails.</summary>
    public DateTimeOffset AwayUntil { get; set; }

    /// <summary>Planted: asked for each insert, how many times its rows are written.</summary>
    public Func<int> WriteTimes { get; set; } = () => 1;

    /// <summary>Planted: what is added to every position that is read back.</summary>
    public long PositionsAhead { get; set; }

    /// <summary>Planted: nothing is found when positions are read back after an insert.</summary>
    public bool IsBlind { get; set; }

    /// <summary>Planted: counts of duplicates are not kept.</summary>
    public bool IsForgetful { get; set; }

    /// <summary>Planted: so many of the newest batches of a table are left out when a live state is made from it.</summary>
    public int LoadsWithout { get; set; }

    /// <summary>Runs a statement: it may be refused, take effect and fail, or take long.</summary>
    /// <param name="effect">What it does, at one moment.</param>
    /// <param name="what">For the trace.</param>
    public async Task<T> RunAsync<T>(Func<T> effect, string what)
    {
        await world.PauseAsync();
        if (world.Chance(Faults.Slow))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1_000, 20_000)), world.Time);
        }

        if (world.Time.GetUtcNow() < AwayUntil)
        {
            throw new ClickHouseException(210, "Connection refused (injected)");
        }

        if (world.Chance(Faults.Refused))
        {
            throw new ClickHouseException(world.Random.Next(2) == 0 ? 252 : 241, "Too many parts, or too little memory (injected)");
        }

        var result = effect();
        world.Note(what);
        await world.PauseAsync();
        return world.Chance(Faults.Unclear)
            ? throw new ClickHouseException(0, "Connection lost (injected)", isOutcomeUnknown: true)
            : result;
    }
}
