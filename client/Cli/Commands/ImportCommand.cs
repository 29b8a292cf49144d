using System.CommandLine;
using Analytics.Cli.Import;
using Analytics.Cli.Output;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>import</c>: files through the engine.</summary>
internal static class ImportCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var file = new Argument<string>("file") { Description = "CSV (with names), NDJSON or Parquet, also .gz, .zst …; - for standard input." };
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var format = new Option<string?>("--format", "-f") { Description = "csv, tsv, ndjson or parquet; the file's ending without it." };
        format.AcceptOnlyFromAmong("csv", "tsv", "ndjson", "parquet");
        var time = new Option<string?>("--time") { Description = "The column with the event's time." };
        var id = new Option<string?>("--id") { Description = "The column with the event's id; the row's number in the file without it." };
        return runner.Add(new Command("import", "Sends the rows of a file as events; the same command again goes on where it was.") { file, project, metric, format, time, id }, async context =>
        {
            using var rows = await ImportFile.OpenAsync(context.Get(file), context.Get(format), context.Terminal.Input, context.Cancelled);
            var import = new FileImport(context.Client, rows, context.Get(project), context.Get(metric), context.Get(time), context.Get(id));
            try
            {
                await import.PrepareAsync(context.Cancelled);
                if (import.Skipped > 0)
                {
                    context.Say($"{Numbers.Of(import.Skipped)} rows are there already; going on behind them.");
                }

                await ProgressBar.RunAsync(context, "Importing", import.RowsExpected, () => import.Accepted + import.Rejected, import.RunAsync(context.Cancelled));
            }
            finally
            {
                Print(context, import);
            }

            return import.Rejected == 0 ? CliExit.Done : CliExit.Partly;
        });
    }

    private static void Print(CommandContext context, FileImport import)
    {
        if (context.IsJson)
        {
            context.PrintJson(new { import.Accepted, import.Rejected, import.Skipped });
        }
        else
        {
            context.Print($"{Numbers.Of(import.Accepted)} events accepted, {Numbers.Of(import.Rejected)} rejected");
        }

        if (import.FirstError is { } error)
        {
            context.Say($"The first one rejected: {error}");
        }
    }
}
