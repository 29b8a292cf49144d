using System.CommandLine;
using System.Text.Json;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>alerts list|put|delete</c>.</summary>
internal static class AlertsCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner) => new("alerts", "What the server watches for you.")
    {
        List(runner), Put(runner), Delete(runner),
    };

    private static Command List(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        project.Arity = metric.Arity = ArgumentArity.ZeroOrOne;
        return runner.Add(new Command("list", "Lists alerts with their states, one JSON object a line.") { project, metric }, async context =>
        {
            var alerts = await context.Client.ListAlertsAsync(Given(context.Get(project)), Given(context.Get(metric)), context.Cancelled);
            if (context.IsJson)
            {
                context.PrintJson(alerts);
            }
            else
            {
                foreach (var alert in alerts)
                {
                    context.Print(alert.GetRawText());
                }
            }

            return CliExit.Done;
        });
    }

    private static Command Put(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var name = new Argument<string>("alert") { Description = "Its name." };
        var file = new Argument<string>("file") { Description = "The definition as JSON; - for standard input.", DefaultValueFactory = _ => "-" };
        return runner.Add(new Command("put", "Makes an alert, or changes it.") { project, metric, name, file }, async context =>
        {
            JsonElement definition;
            try
            {
                await using var stream = context.Get(file) == "-" ? context.Terminal.Input : File.OpenRead(context.Get(file));
                definition = await JsonSerializer.DeserializeAsync<JsonElement>(stream, cancellationToken: context.Cancelled);
            }
            catch (JsonException exception)
            {
                throw new CliException($"The definition is no JSON: {exception.Message}");
            }

            context.PrintJson(await context.Client.PutAlertAsync(context.Get(project), context.Get(metric), context.Get(name), definition, context.Cancelled));
            return CliExit.Done;
        });
    }

    private static Command Delete(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var name = new Argument<string>("alert") { Description = "Its name." };
        return runner.Add(new Command("delete", "Ends an alert.") { project, metric, name }, async context => Deletion.Answer(
            context, await context.Client.DeleteAlertAsync(context.Get(project), context.Get(metric), context.Get(name), context.Cancelled), $"There is no alert '{context.Get(name)}' of {context.Get(project)}/{context.Get(metric)}."));
    }

    private static string? Given(string? name) => string.IsNullOrEmpty(name) ? null : name;
}
