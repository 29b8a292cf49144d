using System.Globalization;

namespace Analytics.Tests.Faults;

/// <summary>What the environment says of the fault tests.</summary>
internal static class FaultSettings
{
    private const int CyclesDefault = 20;

    /// <summary><c>FAULT_SEED</c>; another one in each run without it. The same seed sends the same; when the processes meet it is theirs.</summary>
    public static int Seed => Number("FAULT_SEED") ?? Environment.TickCount & 0xFFFFFF;

    /// <summary><c>FAULT_CYCLES</c>: kills of the ordinary test, 20 without it.</summary>
    public static int Cycles => Number("FAULT_CYCLES") ?? CyclesDefault;

    /// <summary>
    /// <c>FAULT_STOP=1</c>: a stop under load must commit what its last flushes made durable. A receiver gives up after 4 s without progress, so
    /// that a slow machine may read some rows again; they are dropped by their positions.
    /// </summary>
    public static bool ComparesStops => Number("FAULT_STOP") == 1;

    /// <summary><c>SOAK_MINUTES</c>: what a long test may take, 10 without it.</summary>
    public static TimeSpan Soak => TimeSpan.FromMinutes(Number("SOAK_MINUTES") ?? 10);

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
