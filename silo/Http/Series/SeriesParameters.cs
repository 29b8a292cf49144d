using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Query;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.DeadLetters;

namespace Analytics.Silo.Http.Series;

/// <summary>Reads the parameters of <c>GET …/series</c>; what is wrong is said with the parameter's name and what it may be.</summary>
internal static partial class SeriesParameters
{
    // Without a step there are so many intervals at most.
    private const int IntervalsUsual = 120;

    // Without a from, so long before to.
    private const long RangeUsualMs = 3_600_000;

    private static readonly string[] Names = ["from", "to", "step", "agg", "field", "by", "groups", "tz"];

    private static string Aggregates => string.Join(", ", Enum.GetNames<SeriesAggregate>()).ToLowerInvariant();

    /// <summary>Reads them all.</summary>
    /// <param name="context">The request.</param>
    /// <param name="columns">The metric's columns, by which fields are checked.</param>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(
        HttpContext context, IReadOnlyList<SchemaColumn> columns, long nowMs, [NotNullWhen(true)] out SeriesQuery? query, [NotNullWhen(false)] out Problem? problem)
    {
        query = null;
        var groups = 10;
        if (!QueryParameter.TryReadNoOthers(context, Names, out problem)
            || !QueryParameter.TryRead(context, "groups", 1, SeriesQuery.GroupsMax, ref groups, out problem)
            || !TryReadTimes(context, nowMs, out var fromMs, out var toMs, out problem)
            || !TryReadAggregate(context, out var aggregate, out problem)
            || !TryReadField(context, "field", columns, out var field, out problem)
            || !TryReadField(context, "by", columns, out var by, out problem)
            || !TryReadZone(context, out var zone, out problem)
            || !TryReadStep(context, toMs - fromMs, out var step, out problem))
        {
            return false;
        }

        (fromMs, toMs) = WholeIntervals(context, fromMs, toMs, step);

        problem = field is null && aggregate != SeriesAggregate.Count ? QueryParameter.Wrong("field", string.Empty, $"the field of which the {Text(aggregate)} is wanted")
            : field is not null && !SeriesSql.Takes(aggregate, field.Type) ? QueryParameter.Wrong("agg", Text(aggregate), $"none for a field of type {field.Type}: it needs numbers")
            : by is { } group && group.Type.IsArray() ? QueryParameter.Wrong("by", group.Name, "a field that is no array")
            : (toMs - fromMs) / step.Milliseconds > SeriesQuery.PointsMax ? QueryParameter.Wrong(
                "step", step.ToString(), $"one that makes at most {SeriesQuery.PointsMax:N0} intervals from from to to")
            : null;
        query = new SeriesQuery { FromMs = fromMs, ToMs = toMs, Step = step, Aggregate = aggregate, Field = field, By = by, Groups = groups, TimeZone = zone };
        return problem is null;
    }

    // What nobody has said begins and ends with an interval; days do so by their time zone.
    private static (long FromMs, long ToMs) WholeIntervals(HttpContext context, long fromMs, long toMs, SeriesStep step)
    {
        var stepMs = step.Unit == 'd' ? 1 : step.Milliseconds;
        toMs = context.Request.Query.ContainsKey("to") ? toMs : (toMs + stepMs - 1) / stepMs * stepMs;
        return (context.Request.Query.ContainsKey("from") ? fromMs : (toMs - RangeUsualMs) / stepMs * stepMs, toMs);
    }

    private static bool TryReadTimes(HttpContext context, long nowMs, out long fromMs, out long toMs, [NotNullWhen(false)] out Problem? problem)
    {
        fromMs = 0;
        toMs = nowMs;
        if (!TryReadOne(context, "to", FilterText.TimeAllowed, out var to, out problem) || (to is not null && !TryTime("to", to, out toMs, out problem)))
        {
            return false;
        }

        fromMs = toMs - RangeUsualMs;
        if (!TryReadOne(context, "from", FilterText.TimeAllowed, out var from, out problem) || (from is not null && !TryTime("from", from, out fromMs, out problem)))
        {
            return false;
        }

        problem = fromMs < toMs ? null : QueryParameter.Wrong("from", from ?? string.Empty, "a time before to");
        return problem is null;
    }

    private static bool TryTime(string name, string text, out long timeMs, [NotNullWhen(false)] out Problem? problem)
    {
        problem = FilterText.TryTime(text, out timeMs) ? null : QueryParameter.Wrong(name, text, FilterText.TimeAllowed);
        return problem is null;
    }

    private static bool TryReadAggregate(HttpContext context, out SeriesAggregate aggregate, [NotNullWhen(false)] out Problem? problem)
    {
        aggregate = SeriesAggregate.Count;
        if (!TryReadOne(context, "agg", "one of " + Aggregates, out var text, out problem))
        {
            return false;
        }

        problem = text is null || (Enum.TryParse(text, ignoreCase: true, out aggregate) && Enum.IsDefined(aggregate) && !char.IsAsciiDigit(text[0]))
            ? null
            : QueryParameter.Wrong("agg", text, "one of " + Aggregates);
        return problem is null;
    }

    private static bool TryReadField(
        HttpContext context, string name, IReadOnlyList<SchemaColumn> columns, out TableColumn? field, [NotNullWhen(false)] out Problem? problem)
    {
        field = null;
        if (!TryReadOne(context, name, "one field that has a column", out var text, out problem) || text is null)
        {
            return problem is null;
        }

        var column = columns.FirstOrDefault(column => column.Name == text);
        field = column is not null && ColumnTypeText.FromSql(column.ClickHouseType) is { } type ? new TableColumn(column.Name, type) : null;
        problem = field is null ? QueryParameter.Wrong(name, text, "a field that has a column (GET …/schema)") : null;
        return problem is null;
    }

    private static bool TryReadZone(HttpContext context, out string zone, [NotNullWhen(false)] out Problem? problem)
    {
        const string Allowed = "the IANA name of a time zone, for example Europe/Zurich";
        zone = "UTC";
        if (!TryReadOne(context, "tz", Allowed, out var text, out problem) || text is null)
        {
            return problem is null;
        }

        problem = ZoneName().IsMatch(text) && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _) ? null : QueryParameter.Wrong("tz", text, Allowed);
        zone = text;
        return problem is null;
    }

    private static bool TryReadStep(HttpContext context, long rangeMs, out SeriesStep step, [NotNullWhen(false)] out Problem? problem)
    {
        step = SeriesStep.For(rangeMs, IntervalsUsual);
        if (!TryReadOne(context, "step", SeriesStep.Allowed, out var text, out problem) || text is null)
        {
            return problem is null;
        }

        problem = SeriesStep.TryParse(text, out step) ? null : QueryParameter.Wrong("step", text, SeriesStep.Allowed);
        return problem is null;
    }

    private static bool TryReadOne(HttpContext context, string name, string allowed, out string? text, [NotNullWhen(false)] out Problem? problem)
    {
        var texts = context.Request.Query[name];
        text = texts.Count == 0 ? null : texts[0];
        problem = texts.Count <= 1 && text is not "" ? null : QueryParameter.Wrong(name, texts.ToString(), allowed + ", once");
        return problem is null;
    }

    private static string Text(SeriesAggregate aggregate) => aggregate.ToString().ToLowerInvariant();

    [GeneratedRegex("^[A-Za-z0-9_+/-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneName();
}
