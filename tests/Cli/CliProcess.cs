using System.Diagnostics;
using System.Globalization;

namespace Analytics.Tests.Cli;

/// <summary>The command line as a process of its own, run by a shell, with real pipes and signals.</summary>
internal static class CliProcess
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    /// <summary>How a shell calls it.</summary>
    public static string Command { get; } = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "analytics.dll")}'";

    /// <summary>Runs one command to its end.</summary>
    public static Task<CliRun> RunAsync(Uri server, params string[] args) =>
        RunShellAsync(server, $"{Command} {string.Join(' ', args.Select(arg => $"'{arg.Replace("'", "'\\''", StringComparison.Ordinal)}'"))}");

    /// <summary>Runs a line of a shell, in which <c>ANALYTICS_SERVER</c> is the server.</summary>
    public static async Task<CliRun> RunShellAsync(Uri server, string line)
    {
        using var process = Start(server, line);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeMax);
        return new CliRun(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a line of a shell.</summary>
    public static Process Start(Uri server, string line) =>
        ProcessStarter.Start("bash", "-c", string.Create(CultureInfo.InvariantCulture, $"export ANALYTICS_SERVER={server}; {line}"));
}
