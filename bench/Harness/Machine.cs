using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Bench.Harness;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The name under which it is reported.</summary>
    public const string CaseName = "machine";

    /// <summary>What of the sources is measured.</summary>
    public static string Revision => Environment.GetEnvironmentVariable("BENCH_REVISION") ?? "unknown";

    /// <summary>Processor, memory, versions.</summary>
    public static IReadOnlyList<Row> Describe()
    {
        RdKafkaLibrary.Ensure();
        return
        [
            new Row(CaseName, "cores", Environment.ProcessorCount, "cores"),
            new Row(CaseName, "memory", Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1), "GB"),
            new Row(CaseName, "processor", null, ProcessorName()),
            new Row(CaseName, "system", null, $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}"),
            new Row(CaseName, "load at the start", LoadAverage(), "processes"),
            new Row(CaseName, ".NET", null, Environment.Version.ToString()),
            new Row(CaseName, "librdkafka", null, Confluent.Kafka.Library.VersionString),
            new Row(CaseName, "chDB", null, ChdbLibrary.Version),
            new Row(CaseName, "package set", null, Environment.GetEnvironmentVariable("PACKAGE_SET") ?? "unknown"),
            new Row(CaseName, "revision", null, Revision),
            new Row(CaseName, "configuration", null, Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "unknown"),
        ];
    }

    private static string ProcessorName() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
