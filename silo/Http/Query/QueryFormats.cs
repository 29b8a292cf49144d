using System.Collections.Frozen;

namespace Analytics.Silo.Http.Query;

/// <summary>The answers <c>POST /v1/query</c> can give: text formats that need no schema and have no way to reach files.</summary>
internal static class QueryFormats
{
    /// <summary>Taken when the request names none.</summary>
    public const string Default = "JSON";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        ["JSON"] = "application/json",
        ["JSONCompact"] = "application/json",
        ["JSONEachRow"] = "application/x-ndjson",
        ["JSONCompactEachRow"] = "application/x-ndjson",
        ["CSV"] = "text/csv; charset=utf-8",
        ["CSVWithNames"] = "text/csv; charset=utf-8; header=present",
        ["TSV"] = "text/tab-separated-values; charset=utf-8",
        ["TSVWithNames"] = "text/tab-separated-values; charset=utf-8",
        ["Markdown"] = "text/markdown; charset=utf-8",
        ["Parquet"] = "application/vnd.apache.parquet",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", ContentTypes.Keys.Order(StringComparer.Ordinal));

    /// <summary>The content type of a format; <see langword="null"/> when there is no such format here.</summary>
    public static string? ContentTypeOf(string format) => ContentTypes.GetValueOrDefault(format);
}
