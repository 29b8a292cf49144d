using System.CommandLine;
using System.Text;
using System.Text.Json;
using Analytics.Cli.Output;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>query</c>: read-only SQL.</summary>
internal static class QueryCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var sql = new Argument<string>("sql") { Description = "One SELECT; from standard input without it, or with -.", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string?>("--format", "-f") { Description = "JSON, JSONEachRow, CSV, CSVWithNames, TSV, TSVWithNames, Markdown, Parquet …; a table on a terminal without it." };
        format.CompletionSources.Add("JSON", "JSONCompact", "JSONEachRow", "CSV", "CSVWithNames", "TSV", "TSVWithNames", "Markdown", "Parquet");
        var parameters = new Option<string[]>("--param", "-p") { Description = "name=value for a {name:Type} in the SQL.", AllowMultipleArgumentsPerToken = false };
        return runner.Add(
            new Command("query", "Runs read-only SQL over everything taken so far.") { sql, format, parameters },
            async context =>
            {
                var text = context.Get(sql) is { Length: > 0 } given and not "-" ? given : await ReadAsync(context.Terminal.Input, context.Cancelled);
                return await RunAsync(context, text, context.Get(format), ReadParameters(context.Get(parameters) ?? []));
            });
    }

    private static async Task<int> RunAsync(CommandContext context, string sql, string? format, Dictionary<string, object?> parameters)
    {
        if (format is null && context.IsLive)
        {
            Draw(context, await context.Client.QueryBytesAsync(sql, "JSONCompact", parameters, context.Cancelled));
            return CliExit.Done;
        }

        var answer = await context.Client.QueryBytesAsync(sql, format ?? (context.IsJson ? "JSONEachRow" : "TSVWithNames"), parameters, context.Cancelled);
        if (context.Terminal.OutputBytes is { } bytes)
        {
            await bytes.WriteAsync(answer, context.Cancelled);
            await bytes.FlushAsync(context.Cancelled);
        }
        else
        {
            await context.Terminal.Output.WriteAsync(Encoding.UTF8.GetString(answer));
        }

        return CliExit.Done;
    }

    private static void Draw(CommandContext context, byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        var names = document.RootElement.GetProperty("meta").EnumerateArray().Select(column => column.GetProperty("name").GetString()!).ToArray();
        var grid = new Grid(names);
        foreach (var row in document.RootElement.GetProperty("data").EnumerateArray())
        {
            grid.Row([.. row.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Null ? string.Empty : cell.ToString())]);
        }

        grid.Print(context.Terminal);
        context.Say($"{grid.Count} rows");
    }

    private static async Task<string> ReadAsync(Stream input, CancellationToken cancelled)
    {
        using var reader = new StreamReader(input, Encoding.UTF8);
        var sql = await reader.ReadToEndAsync(cancelled);
        return string.IsNullOrWhiteSpace(sql) ? throw new CliException("There is no SQL: give it as an argument, or on standard input.") : sql;
    }

    private static Dictionary<string, object?> ReadParameters(string[] pairs)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            parameters[equals < 1 ? throw new CliException($"--param is '{pair}': write name=value.") : pair[..equals]] = pair[(equals + 1)..];
        }

        return parameters;
    }
}
