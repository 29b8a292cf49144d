using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Views;

/// <summary>Makes a definition of a body; what its words mean is decided here, whether it may be so by the actor.</summary>
internal static class ViewRequestReader
{
    private const int GroupsUsual = 1000;

    private static readonly Dictionary<string, ViewAggregateKind> Kinds = Enum.GetValues<ViewAggregateKind>().ToDictionary(ViewAggregate.NameOf, StringComparer.Ordinal);

    /// <summary>Reads it.</summary>
    /// <param name="name">The view's name.</param>
    /// <param name="request">The body.</param>
    /// <param name="view">The definition.</param>
    /// <param name="problem">What is wrong with the body, in the caller's words.</param>
    public static bool TryRead(string name, ViewRequest request, [NotNullWhen(true)] out ViewDefinition? view, [NotNullWhen(false)] out string? problem)
    {
        view = null;
        if (!TryLength("window", request.Window, null, out var windowMs, out problem)
            || !TryLength("every", request.Every, windowMs, out var everyMs, out problem)
            || !TryAggregates(request.Aggregates ?? [], out var aggregates, out problem)
            || !SinkRequestReader.TryRead(request.Sinks ?? [], out var sinks, out problem))
        {
            return false;
        }

        view = new ViewDefinition
        {
            Name = name,
            GroupBy = request.GroupBy ?? [],
            WindowMs = windowMs,
            EveryMs = everyMs,
            Aggregates = aggregates,
            Where = string.IsNullOrWhiteSpace(request.Where) ? null : request.Where,
            GroupsMax = request.Groups ?? GroupsUsual,
            Sinks = sinks,
        };
        return true;
    }

    private static bool TryLength(string name, string? text, long? usual, out long milliseconds, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        milliseconds = usual ?? 0;
        if (text is null && usual is not null)
        {
            return true;
        }

        var isStep = SeriesStep.TryParse(text ?? string.Empty, out var step);
        milliseconds = step.Milliseconds;
        problem = isStep ? null : $"{name} is '{text}'; it is {SeriesStep.Allowed}.";
        return isStep;
    }

    private static bool TryAggregates(Dictionary<string, JsonElement>[] given, out ViewAggregate[] aggregates, [NotNullWhen(false)] out string? problem)
    {
        aggregates = new ViewAggregate[given.Length];
        problem = null;
        for (var i = 0; i < given.Length && problem is null; i++)
        {
            if (given[i] is not { Count: 1 } one || !Kinds.TryGetValue(one.Keys.First(), out var kind))
            {
                problem = $"aggregates[{i}] has one member: {string.Join(", ", Kinds.Keys)}.";
            }
            else if (one.Values.First() is { ValueKind: JsonValueKind.String } field)
            {
                aggregates[i] = new ViewAggregate(kind, field.GetString());
            }
            else if (one.Values.First().ValueKind == JsonValueKind.True)
            {
                aggregates[i] = new ViewAggregate(kind, null);
            }
            else
            {
                problem = $"aggregates[{i}]: {one.Keys.First()} is a field's name, or true for rows.";
            }
        }

        return problem is null;
    }
}
