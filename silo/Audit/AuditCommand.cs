using Analytics.Grains.ClickHouse;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;

namespace Analytics.Silo.Audit;

/// <summary><c>audit</c> as a command: see <see cref="AuditArguments.Usage"/>.</summary>
internal static class AuditCommand
{
    /// <summary>The first argument that names the command.</summary>
    public const string Name = "audit";

    /// <summary>Runs it.</summary>
    /// <param name="args">The arguments behind its name.</param>
    /// <param name="output">Gets the report.</param>
    /// <param name="error">Gets the reason why there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One of <see cref="AuditExit"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var problem = AuditArguments.Read(args, out var arguments);
        if (problem is not null || arguments.IsHelp)
        {
            await (problem is null ? output : error).WriteLineAsync(problem is null ? AuditArguments.Usage : $"{problem}\n\n{AuditArguments.Usage}");
            return problem is null ? AuditExit.Clean : AuditExit.NotDone;
        }

        try
        {
            // What a silo would say of itself is said here already, in the words of the command line.
            if (arguments.Request.Check(null, AuditArguments.NameOf, out _) is { } wrong)
            {
                await error.WriteLineAsync($"{wrong}\n\n{AuditArguments.Usage}");
                return AuditExit.NotDone;
            }

            var options = SettingsReader.Read(SettingsHost.CreateBuilder(arguments.Settings).Configuration);
            var report = await AskAsync(options, arguments.Request, cancellationToken);
            await output.WriteAsync(arguments.IsJson ? AuditJson.Format(report) + "\n" : AuditText.Of(report));
            return report.IsClean ? AuditExit.Clean : AuditExit.Faults;
        }
        catch (Exception e) when (e is AuditFailedException or EventLogException or ClickHouseException or SettingsException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The audit could not be done: {e.Message}");
            return AuditExit.NotDone;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("The audit was given up.");
            return AuditExit.NotDone;
        }
    }

    private static async Task<AuditReport> AskAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken) =>
        await StoppedSiloAudit.TryRunAsync(options, request, cancellationToken)
        ?? await RunningSiloAudit.RunAsync(options, request, cancellationToken);
}
