using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>A checked request to replay dead letters.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Limit">Letters looked at, at most.</param>
/// <param name="IsAgain">Whether replayed ones are meant, too.</param>
/// <param name="IsDryRun">Whether they are judged only.</param>
internal sealed record ReplayOrder(DeadLetterFilter Filter, int Limit, bool IsAgain, bool IsDryRun)
{
    /// <summary>Letters without a <c>limit</c>.</summary>
    public const int LimitDefault = 1_000;

    /// <summary>Letters of one request at most: the places of 100,000 are 5 MB in memory, and a client waits for so many.</summary>
    public const int LimitMax = 100_000;

    /// <summary>Positions of one request at most: with 1,000 of them a statement is still well under what the engine takes.</summary>
    public const int PositionsMax = 1_000;

    /// <summary>Checks a request.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="order">The order.</param>
    /// <param name="error">Which member is wrong, and what it may be.</param>
    public static bool TryCreate(ReplayRequest request, [NotNullWhen(true)] out ReplayOrder? order, [NotNullWhen(false)] out string? error)
    {
        order = null;
        if (!TryFilter(request, out var filter, out error))
        {
            return false;
        }

        error = CheckChoice(request, filter);
        var limit = request.Limit ?? LimitDefault;
        if (limit is < 1 or > LimitMax)
        {
            error ??= Wrong("limit", limit.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {LimitMax:N0}"));
        }

        order = error is null ? new ReplayOrder(filter, limit, request.Again ?? false, request.DryRun ?? false) : null;
        return order is not null;
    }

    private static bool TryFilter(ReplayRequest request, [NotNullWhen(true)] out DeadLetterFilter? filter, [NotNullWhen(false)] out string? error)
    {
        filter = null;
        error = request switch
        {
            { Code: { } code } when !FilterText.IsCode(code) => Wrong("code", code, FilterText.CodeAllowed),
            { Project: { } project } when !FilterText.IsName(project) => Wrong("project", project, FilterText.NameAllowed),
            { Metric: { } metric } when !FilterText.IsName(metric) => Wrong("metric", metric, FilterText.NameAllowed),
            _ => null,
        };
        long? fromMs = null;
        error ??= ReadTime("from", request.From, out fromMs);
        long? toMs = null;
        error ??= ReadTime("to", request.To, out toMs);
        error ??= fromMs >= toMs ? "Member from must be a time before that of to." : null;
        List<DeadLetterPosition>? positions = null;
        error ??= ReadPositions(request.Positions, out positions);
        var after = default(DeadLetterCursor);
        if (request.After is { } text && !DeadLetterCursor.TryParse(text, out after))
        {
            error ??= Wrong("after", text, FilterText.CursorAllowed);
        }

        filter = error is not null ? null : new DeadLetterFilter
        {
            Code = request.Code,
            Project = request.Project,
            Metric = request.Metric,
            FromMs = fromMs,
            ToMs = toMs,
            Positions = positions,
            After = request.After is null ? null : after,
        };
        return filter is not null;
    }

    // A request that means everything says so: an empty object, or a mistyped filter, must not.
    private static string? CheckChoice(ReplayRequest request, DeadLetterFilter filter)
    {
        var hasFilter = !(filter with { Positions = null }).IsEmpty;
        var choices = (request.All == true ? 1 : 0) + (hasFilter ? 1 : 0) + (filter.Positions is null ? 0 : 1);
        return choices switch
        {
            0 => "Say which dead letters: \"all\":true, or some of code, project, metric, from and to, or positions.",
            1 => null,
            _ => "Say which dead letters in one way only: all, or some of code, project, metric, from and to, or positions.",
        };
    }

    private static string? ReadTime(string name, JsonElement? value, out long? timeMs)
    {
        timeMs = null;
        if (value is not { } element || element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Number => element.GetRawText(),
            _ => string.Empty,
        };
        if (!FilterText.TryTime(text, out var parsedMs))
        {
            return Wrong(name, element.GetRawText(), FilterText.TimeAllowed);
        }

        timeMs = parsedMs;
        return null;
    }

    private static string? ReadPositions(string[]? texts, out List<DeadLetterPosition>? positions)
    {
        positions = null;
        if (texts is null)
        {
            return null;
        }

        if (texts.Length is < 1 or > PositionsMax)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Member positions has {texts.Length:N0} elements: allowed are 1 to {PositionsMax:N0}.");
        }

        positions = new List<DeadLetterPosition>(texts.Length);
        foreach (var text in texts)
        {
            if (!DeadLetterPosition.TryParse(text, out var position))
            {
                return Wrong("positions", text, "partition:offset:index each, for example 0:17:3");
            }

            positions.Add(position);
        }

        return null;
    }

    private static string Wrong(string name, string? value, string allowed) => $"Member {name} = '{value}': allowed is {allowed}.";
}
