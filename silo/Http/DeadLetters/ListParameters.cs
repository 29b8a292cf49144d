using System.Diagnostics.CodeAnalysis;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>The query string of <c>GET /v1/dead-letters</c>.</summary>
internal static class ListParameters
{
    /// <summary>Letters without a <c>limit</c>.</summary>
    public const int LimitDefault = 100;

    /// <summary>Letters of one answer at most: each holds up to 64 KiB of raw bytes by default, so 1,000 are 64 MB, in base64 85.</summary>
    public const int LimitMax = 1_000;

    private static readonly string[] Names = ["limit", "code", "project", "metric", "from", "to", "replayed", "before"];

    /// <summary>Reads filter and limit; a wrong parameter is a problem that names it.</summary>
    public static bool TryRead(
        HttpContext context, [NotNullWhen(true)] out DeadLetterFilter? filter, out int limit, [NotNullWhen(false)] out Problem? problem)
    {
        limit = LimitDefault;
        filter = null;
        if (!QueryParameter.TryReadNoOthers(context, Names, out problem)
            || !QueryParameter.TryRead(context, "limit", 1, LimitMax, ref limit, out problem)
            || !QueryParameter.TryRead(context, "code", FilterText.CodeAllowed, FilterText.Reader(FilterText.IsCode), out string? code, out problem)
            || !QueryParameter.TryRead(context, "project", FilterText.NameAllowed, FilterText.Reader(FilterText.IsName), out string? project, out problem)
            || !QueryParameter.TryRead(context, "metric", FilterText.NameAllowed, FilterText.Reader(FilterText.IsName), out string? metric, out problem)
            || !QueryParameter.TryRead(context, "from", FilterText.TimeAllowed, AsTime, out long? fromMs, out problem)
            || !QueryParameter.TryRead(context, "to", FilterText.TimeAllowed, AsTime, out long? toMs, out problem)
            || !QueryParameter.TryRead(context, "replayed", "true or false, once", AsBool, out bool? isReplayed, out problem)
            || !QueryParameter.TryRead(context, "before", FilterText.CursorAllowed, AsCursor, out DeadLetterCursor? before, out problem))
        {
            return false;
        }

        if (fromMs >= toMs)
        {
            problem = QueryParameter.Wrong("from", context.Request.Query["from"].ToString(), "a time before that of to");
            return false;
        }

        filter = new DeadLetterFilter
        {
            Code = code,
            Project = project,
            Metric = metric,
            FromMs = fromMs,
            ToMs = toMs,
            IsReplayed = isReplayed,
            Before = before,
        };
        return true;
    }

    private static (bool IsValid, long? Value) AsTime(string text) => (FilterText.TryTime(text, out var timeMs), timeMs);

    private static (bool IsValid, bool? Value) AsBool(string text) => (text is "true" or "false", text == "true");

    private static (bool IsValid, DeadLetterCursor? Value) AsCursor(string text) => (DeadLetterCursor.TryParse(text, out var cursor), cursor);
}
