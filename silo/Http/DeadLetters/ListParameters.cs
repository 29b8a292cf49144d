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
            || !TryRead(context, "code", FilterText.CodeAllowed, AsText(FilterText.IsCode), out string? code, out problem)
            || !TryRead(context, "project", FilterText.NameAllowed, AsText(FilterText.IsName), out string? project, out problem)
            || !TryRead(context, "metric", FilterText.NameAllowed, AsText(FilterText.IsName), out string? metric, out problem)
            || !TryRead(context, "from", FilterText.TimeAllowed, AsTime, out long? fromMs, out problem)
            || !TryRead(context, "to", FilterText.TimeAllowed, AsTime, out long? toMs, out problem)
            || !TryRead(context, "replayed", "true or false, once", AsBool, out bool? isReplayed, out problem)
            || !TryRead(context, "before", FilterText.CursorAllowed, AsCursor, out DeadLetterCursor? before, out problem))
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

    // The value is absent, or there once and what the reader takes.
    private static bool TryRead<T>(
        HttpContext context, string name, string allowed, Func<string, (bool IsValid, T Value)> read, out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        var texts = context.Request.Query[name];
        value = default;
        problem = null;
        if (texts.Count == 0)
        {
            return true;
        }

        if (texts.Count == 1)
        {
            (var isValid, value) = read(texts[0] ?? string.Empty);
            if (isValid)
            {
                return true;
            }
        }

        problem = QueryParameter.Wrong(name, texts.ToString(), allowed);
        return false;
    }

    private static Func<string, (bool IsValid, string Value)> AsText(Predicate<string> isValid) => text => (isValid(text), text);

    private static (bool IsValid, long? Value) AsTime(string text) => (FilterText.TryTime(text, out var timeMs), timeMs);

    private static (bool IsValid, bool? Value) AsBool(string text) => (text is "true" or "false", text == "true");

    private static (bool IsValid, DeadLetterCursor? Value) AsCursor(string text) => (DeadLetterCursor.TryParse(text, out var cursor), cursor);
}
