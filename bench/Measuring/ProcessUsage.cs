using System.Globalization;

namespace Analytics.Bench.Measuring;

/// <summary>What a process has used, as the kernel counts it from outside.</summary>
internal static class ProcessUsage
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // Counted from the state, the first field behind the name in parentheses, which may hold anything.
    private const int UserField = 11;
    private const int SystemField = 12;

    /// <summary>Seconds of processor time, all threads.</summary>
    public static double CpuSeconds(int processId) => CpuSecondsOf($"/proc/{processId}/stat");

    /// <summary>Seconds of processor time by thread name; threads that have ended are not in it.</summary>
    public static Dictionary<string, double> CpuSecondsByThread(int processId)
    {
        var byName = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                var name = File.ReadAllText(Path.Combine(folder, "comm")).Trim();
                byName[name] = byName.GetValueOrDefault(name) + CpuSecondsOf(Path.Combine(folder, "stat"));
            }
            catch (IOException)
            {
                // It ended in between.
            }
        }

        return byName;
    }

    /// <summary>Bytes resident.</summary>
    public static long ResidentBytes(int processId) => StatusBytes(processId, "VmRSS:");

    /// <summary>Bytes resident at the worst moment.</summary>
    public static long PeakResidentBytes(int processId) => StatusBytes(processId, "VmHWM:");

    private static double CpuSecondsOf(string path)
    {
        var text = File.ReadAllText(path);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserField]) + Number(fields[SystemField])) / TicksPerSecond;
    }

    private static long StatusBytes(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
    }

    private static long Number(string text) => long.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);
}
