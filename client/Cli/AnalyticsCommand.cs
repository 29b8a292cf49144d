using System.CommandLine;
using System.CommandLine.Invocation;
using Analytics.Cli.Commands;
using Analytics.Cli.Demos;
using Analytics.Cli.Running;

namespace Analytics.Cli;

/// <summary>The whole command line.</summary>
internal static class AnalyticsCommand
{
    // What is on its way when Ctrl+C is pressed gets this long: a request in flight is given up at once, files are closed.
    private static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(5);

    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="terminal">Where it reads and writes.</param>
    /// <returns>One of <see cref="CliExit"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var parsed = Create(terminal).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is null or ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await terminal.Error.WriteLineAsync(error.Message);
            }

            await terminal.Error.WriteLineAsync($"Try: analytics {parsed.CommandResult.Command.Name} --help".Replace("analytics analytics", "analytics", StringComparison.Ordinal));
            return CliExit.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeMax,
        });
    }

    private static RootCommand Create(Terminal terminal)
    {
        var runner = new CommandRunner(terminal);
        var root = new RootCommand("Sends events to an Analytics server and reads what it knows of them.")
        {
            CommandRunner.ServerOption,
            CommandRunner.JsonOption,
            TrackCommand.Create(runner),
            LoadCommand.Create(runner),
            ImportCommand.Create(runner),
            MetricsCommand.Create(runner),
            ShowCommand.Create(runner),
            TailCommand.Create(runner),
            QueryCommand.Create(runner),
            ExportCommand.Create(runner),
            ViewsCommand.Create(runner),
            AlertsCommand.Create(runner),
            DeadLettersCommand.Create(runner),
            AuditCommand.Create(runner),
            DemoCommand.Create(runner),
            CompletionCommand.Create(runner),
        };
        return root;
    }
}
