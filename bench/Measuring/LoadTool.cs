using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Analytics.Bench.Measuring;

/// <summary>Debian's wrk: how many requests a second a server takes from connections that send the next one as soon as the last is answered.</summary>
internal static partial class LoadTool
{
    private const int Connections = 64;

    /// <summary>Posts one body again and again.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="body">JSON.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>Requests answered a second, and milliseconds that 99 % of them took at most.</returns>
    /// <exception cref="InvalidOperationException">An answer was none of success.</exception>
    public static async Task<(double PerSecond, double P99Ms)> PostAsync(Uri address, string body, int seconds)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, $"""
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.body = [==[{body}]==]
                """);
            return await RunAsync(["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", "-s", script, address.ToString()]);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<(double PerSecond, double P99Ms)> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk ended with {process.ExitCode}.\n{output}");
        }

        var rate = Number(Rate().Match(output).Groups[1].Value);
        var slow = Slow().Match(output);
        return (rate, Number(slow.Groups[1].Value) * (slow.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 }));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Slow();
}
