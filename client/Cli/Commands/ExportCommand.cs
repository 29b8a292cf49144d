using System.CommandLine;
using Analytics.Cli.Exporting;
using Analytics.Cli.Output;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>export</c>: a metric's events as NDJSON, CSV or Parquet.</summary>
internal static class ExportCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var format = new Option<string?>("--format", "-f") { Description = "ndjson, csv or parquet; the ending of --out, else ndjson, without it." };
        format.AcceptOnlyFromAmong("ndjson", "csv", "parquet");
        var output = new Option<string?>("--out", "-o") { Description = "The file; standard output without it." };
        var from = Arguments.Time("--from", "Event times from this one on; also 15m, 2h, 7d ago.");
        var to = Arguments.Time("--to", "Event times before this one.");
        var all = new Option<bool>("--all-columns") { Description = "Also where each row was in the log and when it was received and inserted." };
        return runner.Add(new Command("export", "Writes a metric's events in order of their time.") { project, metric, format, output, from, to, all }, async context =>
        {
            var path = context.Get(output);
            var kind = context.Get(format) ?? (path is null ? null : Path.GetExtension(path).TrimStart('.')) switch { "csv" => "csv", "parquet" => "parquet", _ => "ndjson" };
            var now = DateTimeOffset.UtcNow;
            var request = new ExportRequest(
                context.Get(project), context.Get(metric), kind, Arguments.ReadTime("--from", context.Get(from), now), Arguments.ReadTime("--to", context.Get(to), now), context.Get(all));
            if (kind == "parquet" && path is null && context.Terminal.IsInteractive)
            {
                throw new CliException("Parquet is nothing for a terminal: name a file with --out, or use a pipe.");
            }

            return await RunAsync(context, request, path);
        });
    }

    private static async Task<int> RunAsync(CommandContext context, ExportRequest request, string? path)
    {
        if (await MetricExport.FindAsync(context.Client, request, context.Cancelled) is not { } export)
        {
            context.Say($"No metric '{request.Metric}' of project '{request.Project}' has had an event.");
            return CliExit.Partly;
        }

        // The file takes its name when it is whole.
        var unfinished = path is null ? null : path + ".part";
        await using (var stream = unfinished is null ? Stream.Null : File.Create(unfinished))
        {
            var target = unfinished is null ? context.Terminal.OutputBytes ?? throw new CliException("There is no output.") : stream;
            await export.WriteAsync(target, context.Cancelled);
        }

        if (unfinished is not null)
        {
            File.Move(unfinished, path!, overwrite: true);
        }

        if (context.IsJson && path is not null)
        {
            context.PrintJson(new { export.Rows, File = path });
        }
        else
        {
            context.Say($"{Numbers.Of(export.Rows)} events");
        }

        return CliExit.Done;
    }
}
