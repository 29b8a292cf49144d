using System.Diagnostics;
using Analytics.Tests.Integration;

namespace Analytics.Tests.Audit;

/// <summary>The <c>audit</c> command as a process of its own.</summary>
internal static class AuditProcess
{
    private static readonly TimeSpan EndMax = TimeSpan.FromMinutes(2);

    /// <summary>Runs it on the data directory of a silo, running or stopped.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(RunningSilo silo, params string[] args) => RunAsync(
        [$"--Analytics:DataDirectory={silo.DataDirectory}", $"--Analytics:Http:Urls={silo.Http.BaseAddress!.ToString().TrimEnd('/')}", .. args]);

    /// <summary>Runs it with these arguments.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(SiloProgram.Path);
        start.ArgumentList.Add("audit");
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(EndMax);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await error);
    }
}
