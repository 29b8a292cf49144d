namespace Analytics.Grains.Alerts;

/// <summary>What a number usually is.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its standard deviation, more than 0.</param>
internal readonly record struct AlertNorm(double Mean, double Deviation)
{
    // A number that has always been the same is not unusual for a hair's breadth.
    private const double DeviationPartMin = 0.01;

    /// <summary>Of some numbers.</summary>
    /// <param name="numbers">The numbers; some at least.</param>
    /// <param name="areCounts">Whether they are numbers of events, which differ by the root of their mean by chance alone.</param>
    public static AlertNorm Of(IReadOnlyList<double> numbers, bool areCounts)
    {
        var mean = numbers.Average();
        var deviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / numbers.Count);
        var least = areCounts ? Math.Max(1, Math.Sqrt(Math.Abs(mean))) : Math.Max(double.Epsilon, Math.Abs(mean) * DeviationPartMin);
        return new AlertNorm(mean, Math.Max(deviation, least));
    }
}
