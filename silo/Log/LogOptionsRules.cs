using System.Globalization;

namespace Analytics.Silo.Log;

/// <summary>The ranges of <see cref="LogOptions"/> and the relations between them, for the check at start-up.</summary>
internal static class LogOptionsRules
{
    public const int PartitionsMax = 1024;
    public const int SegmentBytesMin = 64 * 1024;
    public const int RetentionHoursLimit = 87_600;

    /// <summary>One sentence for each setting that cannot be used: setting, value, allowed range. Empty when all are fine.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="partitions">Partitions the log really has: an existing log may have more than configured.</param>
    public static IReadOnlyList<string> Problems(LogOptions options, int partitions)
    {
        var problems = new List<string>();
        Range(problems, nameof(options.Partitions), options.Partitions, 1, PartitionsMax);
        Range(problems, nameof(options.SegmentBytesMax), options.SegmentBytesMax, SegmentBytesMin, int.MaxValue);
        Range(problems, nameof(options.RetentionBytesMax), options.RetentionBytesMax, 0, long.MaxValue);
        Range(problems, nameof(options.RetentionHoursMax), options.RetentionHoursMax, 0, RetentionHoursLimit);

        // Only closed segments can be removed. Were the segments being written allowed to use up the whole size, a log with everything
        // committed could be full for ever; half of it always remains for what retention can give back.
        var totalBytesMin = 2L * Math.Max(1, partitions) * Math.Max(SegmentBytesMin, options.SegmentBytesMax);
        if (options.TotalBytesMax < totalBytesMin)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Analytics:Log:TotalBytesMax is {options.TotalBytesMax}; with {partitions} partitions and SegmentBytesMax {options.SegmentBytesMax} it must be {totalBytesMin} or more (two segments a partition)."));
        }

        return problems;
    }

    private static void Range(List<string> problems, string setting, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"Analytics:Log:{setting} is {value}; it must be {min} to {max}."));
        }
    }
}
