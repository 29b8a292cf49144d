namespace Analytics.Tests.Simulation;

/// <summary>How often what goes wrong, each a probability by call or by step; all zero: a quiet world.</summary>
internal sealed record SimFaults
{
    /// <summary>A statement is refused before it has any effect.</summary>
    public double Refused { get; init; }

    /// <summary>A statement takes effect and fails all the same.</summary>
    public double Unclear { get; init; }

    /// <summary>A statement takes seconds.</summary>
    public double Slow { get; init; }

    /// <summary>A call between actors fails on its way there.</summary>
    public double CallLost { get; init; }

    /// <summary>A call between actors takes effect, and its answer is lost.</summary>
    public double AnswerLost { get; init; }

    /// <summary>A delivery is given up by the agent while its actor is still at it, and made again.</summary>
    public double Redelivery { get; init; }

    /// <summary>A log read or commit fails.</summary>
    public double Log { get; init; }

    /// <summary>By step: a silo dies.</summary>
    public double SiloDeath { get; init; }

    /// <summary>By step: an activation is asked to leave.</summary>
    public double Leave { get; init; }

    /// <summary>By step: a partition gets a second receiver while the first still runs.</summary>
    public double HandOver { get; init; }

    /// <summary>By step: ClickHouse goes away for up to a minute.</summary>
    public double Away { get; init; }

    /// <summary>A world where everything happens.</summary>
    public static SimFaults Of(Random random) => new()
    {
        Refused = Level(random, 0.2),
        Unclear = Level(random, 0.2),
        Slow = Level(random, 0.05),
        CallLost = Level(random, 0.05),
        AnswerLost = Level(random, 0.05),
        Redelivery = Level(random, 0.1),
        Log = Level(random, 0.05),
        SiloDeath = Level(random, 0.001),
        Leave = Level(random, 0.002),
        HandOver = Level(random, 0.001),
        Away = Level(random, 0.0005),
    };

    // Some faults are off in a run, so that others are seen alone.
    private static double Level(Random random, double max) => random.Next(3) == 0 ? 0 : random.NextDouble() * max;
}
