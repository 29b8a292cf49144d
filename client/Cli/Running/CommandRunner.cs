using System.CommandLine;
using Analytics.Client;
using Analytics.Grains.ClickHouse;

namespace Analytics.Cli.Running;

/// <summary>Runs commands: makes the client, and turns what fails into a sentence and an exit code.</summary>
internal sealed class CommandRunner(Terminal terminal)
{
    /// <summary>Environment variable with the server's address.</summary>
    public const string ServerVariable = "ANALYTICS_SERVER";

    private const string ServerDefault = "http://127.0.0.1:8080";

    // A query may take a while; a server that has gone away shows earlier.
    private static readonly TimeSpan RequestTimeMax = TimeSpan.FromMinutes(10);

    /// <summary><c>--server</c>.</summary>
    public static Option<string> ServerOption { get; } = new("--server")
    {
        Description = $"The server's address; {ServerVariable}, or {ServerDefault}, without it.",
        Recursive = true,
        HelpName = "url",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } server ? server : ServerDefault,
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> JsonOption { get; } = new("--json")
    {
        Description = "Print JSON: one document, or one a line where it goes on.",
        Recursive = true,
    };

    /// <summary>Gives a command what it does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">Returns one of <see cref="CliExit"/>.</param>
    public Command Add(Command command, Func<CommandContext, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, run, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<CommandContext, Task<int>> run, CancellationToken cancellationToken)
    {
        var server = parsed.GetValue(ServerOption)!;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await terminal.Error.WriteLineAsync($"--server is '{server}': it must be an address such as {ServerDefault}.");
            return CliExit.Usage;
        }

        using var http = new HttpClient { BaseAddress = address, Timeout = RequestTimeMax };
        await using var client = new AnalyticsClient(http);
        try
        {
            return await run(new CommandContext(parsed, terminal, client, http, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CliExit.Interrupted;
        }
        catch (IOException exception) when (IsNobodyReading(exception))
        {
            return CliExit.Done;
        }
        catch (Exception exception) when (Describe(exception, server) is var (code, reason))
        {
            await terminal.Error.WriteLineAsync(reason);
            return code;
        }
    }

    // EPIPE: whoever read the output has enough, as `head` does.
    private static bool IsNobodyReading(IOException exception) => exception.Message.Contains("Broken pipe", StringComparison.Ordinal);

    private static (int Code, string Reason)? Describe(Exception exception, string server) => exception switch
    {
        CliException => (CliExit.Usage, exception.Message),
        AnalyticsException refusal => (CliExit.Refused, $"{refusal.Message} ({refusal.Code})"),
        HttpRequestException => (CliExit.Unreachable, $"No server answers at {server}: {exception.Message}"),
        TaskCanceledException => (CliExit.Unreachable, $"The server at {server} did not answer within {RequestTimeMax.TotalMinutes:0} minutes."),
        ClickHouseException => (CliExit.Usage, exception.Message),
        IOException or UnauthorizedAccessException => (CliExit.Usage, exception.Message),
        _ => null,
    };
}
