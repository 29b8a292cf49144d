using Analytics.Tests;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Analytics.Bench.Micro;

/// <summary>The micro-benchmarks: one component each, in this process, nanoseconds and bytes an event.</summary>
internal static class MicroRun
{
    /// <summary>The first argument.</summary>
    public const string Command = "micro";

    /// <summary>Runs all, or those that BenchmarkDotNet's arguments choose.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(StatisticColumn.OperationsPerSecond)
            .WithArtifactsPath(Path.Combine(RepositoryRoot.Path, "artifacts", "bench"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config);
        return summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
