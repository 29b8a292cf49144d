using System.CommandLine;
using System.Text.Json;
using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary><c>views list|put|show|delete</c>.</summary>
internal static class ViewsCommand
{
    private const int RowsMaxDefault = 20;

    private static readonly JsonSerializerOptions Members = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner) => new("views", "Windows and groups of a metric, kept live.")
    {
        List(runner), Put(runner), Show(runner), Delete(runner),
    };

    private static Command List(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        return runner.Add(new Command("list", "Lists a metric's views.") { project, metric }, async context =>
        {
            var views = await context.Client.ListViewsAsync(context.Get(project), context.Get(metric), context.Cancelled);
            if (context.IsJson)
            {
                context.PrintJson(views.Select(view => new { View = view.Name, view.GroupBy, view.Window, view.Every, view.Aggregates, view.Where, view.Groups }));
                return CliExit.Done;
            }

            var grid = new Grid("view", "window", "every", "group by", "aggregates", "where");
            foreach (var view in views)
            {
                grid.Row(view.Name, view.Window, view.Every, string.Join(", ", view.GroupBy), string.Join(", ", view.Aggregates.Select(aggregate => aggregate.Name)), view.Where ?? string.Empty);
            }

            grid.Print(context.Terminal);
            return CliExit.Done;
        });
    }

    private static Command Put(CommandRunner runner)
    {
        var (project, metric, view) = Address();
        var window = new Option<string?>("--window") { Description = "Length of a window: 2s, 1m, 1h." };
        var every = new Option<string?>("--every") { Description = "Windows begin this often; without it they follow each other." };
        var group = new Option<string[]>("--group-by") { Description = "Fields, separated by commas." };
        var aggregates = new Option<string[]>("--agg") { Description = "sum:amount, p99:ms, share:amount, count …, separated by commas." };
        var where = new Option<string?>("--where") { Description = "Which rows count." };
        var sinks = new Option<string[]>("--sink") { Description = "clickhouse, postgres, or a JSON object with settings; once for each." };
        var file = new Option<string?>("--file") { Description = "The whole definition as JSON, - for standard input." };
        return runner.Add(new Command("put", "Makes a view, or changes it.") { project, metric, view, window, every, group, aggregates, where, sinks, file }, async context =>
        {
            var definition = context.Get(file) is { } path ? await ReadAsync(context, path) : new ViewDefinition
            {
                Window = context.Get(window) ?? throw new CliException("--window is missing."),
                Every = context.Get(every),
                GroupBy = Split(context.Get(group)),
                Aggregates = [.. Split(context.Get(aggregates)).DefaultIfEmpty("count").Select(ReadAggregate)],
                Where = context.Get(where),
                Sinks = context.Get(sinks) is { Length: > 0 } names ? [.. names.Select(ReadSink)] : null,
            };
            var state = await context.Client.PutViewAsync(context.Get(project), context.Get(metric), context.Get(view), definition, context.Cancelled);
            if (context.IsJson)
            {
                context.PrintJson(state);
            }
            else
            {
                context.Print($"View {state.Name} is made: windows of {state.Window}, {state.Windows.Count} of them with rows or after some.");
            }

            return CliExit.Done;
        });
    }

    private static Command Show(CommandRunner runner)
    {
        var (project, metric, view) = Address();
        var rows = new Option<int>("--rows") { Description = "Groups of a window at most.", DefaultValueFactory = _ => RowsMaxDefault };
        var once = new Option<bool>("--once") { Description = "The windows as of now; what a pipe gets anyway." };
        var follow = new Option<bool>("--follow") { Description = "Every change, also into a pipe: JSON, one line each." };
        return runner.Add(new Command("show", "Shows a view's newest window, redrawn as it changes, until Ctrl+C.") { project, metric, view, rows, once, follow }, async context =>
        {
            if (!context.Get(once) && (context.IsLive || context.Get(follow)))
            {
                return await LiveDrawing.RunAsync(
                    context, context.Client.WatchViewAsync(context.Get(project), context.Get(metric), context.Get(view), context.Cancelled),
                    state => ViewDrawing.Draw(state, context.Get(rows)), context.PrintJson);
            }

            if (await context.Client.GetViewAsync(context.Get(project), context.Get(metric), context.Get(view), context.Cancelled) is not { } state)
            {
                context.Say($"There is no view '{context.Get(view)}' of {context.Get(project)}/{context.Get(metric)}.");
                return CliExit.Partly;
            }

            if (context.IsJson)
            {
                context.PrintJson(state);
            }
            else
            {
                ViewDrawing.Windows(state, state.Windows, context.Get(rows), isTimed: true).Print(context.Terminal);
            }

            return CliExit.Done;
        });
    }

    private static Command Delete(CommandRunner runner)
    {
        var (project, metric, view) = Address();
        return runner.Add(new Command("delete", "Ends a view.") { project, metric, view }, async context => Deletion.Answer(
            context, await context.Client.DeleteViewAsync(context.Get(project), context.Get(metric), context.Get(view), context.Cancelled), $"There is no view '{context.Get(view)}' of {context.Get(project)}/{context.Get(metric)}."));
    }

    private static (Argument<string> Project, Argument<string> Metric, Argument<string> View) Address()
    {
        var project = Arguments.Project();
        return (project, Arguments.Metric(project), new Argument<string>("view") { Description = "The view's name." });
    }

    private static string[] Split(string[]? texts) =>
        [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static ViewAggregate ReadAggregate(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? new ViewAggregate(text[..colon], text[(colon + 1)..]) : new ViewAggregate(text);

    private static JsonElement ReadSink(string text) =>
        text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(text) : JsonSerializer.SerializeToElement(text);

    private static async Task<ViewDefinition> ReadAsync(CommandContext context, string path)
    {
        try
        {
            await using var stream = path == "-" ? context.Terminal.Input : File.OpenRead(path);
            return (await JsonSerializer.DeserializeAsync<ViewDefinition>(stream, Members, context.Cancelled))!;
        }
        catch (JsonException exception)
        {
            throw new CliException($"--file is no definition of a view: {exception.Message}");
        }
    }
}
