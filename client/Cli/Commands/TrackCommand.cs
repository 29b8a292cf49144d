using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Commands;

/// <summary><c>track</c>: one event from the arguments, or many from standard input.</summary>
internal static class TrackCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var project = Arguments.Project();
        var metric = Arguments.Metric(project);
        var fields = new Argument<string[]>("fields")
        {
            Description = "name=value …; a value that is JSON is taken as that, anything else is text. Without any, objects of fields are read from standard input, one a line.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var id = new Option<string?>("--id") { Description = "Makes sending it again harmless." };
        var time = Arguments.Time("--time", "When it happened; now without it.");
        return runner.Add(
            new Command("track", "Sends an event, or those of standard input.") { project, metric, fields, id, time },
            context => context.Get(fields).Length > 0
                ? SendAsync(context, new TrackedEvent(context.Get(project), context.Get(metric), ReadFields(context.Get(fields)))
                {
                    Id = context.Get(id),
                    Time = Arguments.ReadTime("--time", context.Get(time), DateTimeOffset.UtcNow),
                })
                : TrackedLines.SendAsync(context, context.Get(project), context.Get(metric)));
    }

    private static async Task<int> SendAsync(CommandContext context, TrackedEvent tracked)
    {
        var result = await context.Client.TrackAsync([tracked], context.Cancelled);
        if (context.IsJson)
        {
            context.PrintJson(result);
        }
        else if (result.Rejected == 0)
        {
            context.Print("1 event accepted");
        }

        foreach (var error in result.Errors)
        {
            context.Say($"Rejected: {error.Message} ({error.Code})");
        }

        return result.Rejected == 0 ? CliExit.Done : CliExit.Partly;
    }

    private static JsonObject ReadFields(string[] pairs)
    {
        var fields = new JsonObject();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new CliException($"'{pair}' is no field: write name=value.");
            }

            fields[pair[..equals]] = ReadValue(pair[(equals + 1)..]);
        }

        return fields;
    }

    private static JsonNode? ReadValue(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
