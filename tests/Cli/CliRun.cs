using System.Text;
using System.Text.Json;
using Analytics.Cli;
using Analytics.Cli.Running;

namespace Analytics.Tests.Cli;

/// <summary>One run of the command line in this process, as in a pipe: what it wrote and how it ended.</summary>
/// <param name="ExitCode">One of <see cref="CliExit"/>.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>Bytes of the output, where it is no text.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The output as one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="args">The command and its arguments.</param>
    /// <param name="input">Standard input.</param>
    public static async Task<CliRun> RunAsync(Uri server, string[] args, string input = "")
    {
        using var bytes = new MemoryStream();
        await using var output = new StreamWriter(bytes, new UTF8Encoding(false)) { AutoFlush = true };
        var error = new StringWriter();
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, IsInteractive: false) { OutputBytes = bytes };
        var exit = await AnalyticsCommand.RunAsync([.. args, "--server", server.ToString()], terminal);
        return new CliRun(exit, Encoding.UTF8.GetString(bytes.ToArray()), error.ToString()) { Bytes = bytes.ToArray() };
    }
}
