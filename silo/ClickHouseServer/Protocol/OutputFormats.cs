using System.Collections.Frozen;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>
/// The formats of answers: those that need no schema file and name none, which is what a user who may only read gets. Names are found in any case of
/// letters, as the engine does.
/// </summary>
internal static class OutputFormats
{
    /// <summary>The format of an answer when nobody says one.</summary>
    public const string Default = "TabSeparated";

    private const string Tsv = "text/tab-separated-values; charset=UTF-8";
    private const string CsvAbsent = "text/csv; charset=UTF-8; header=absent";
    private const string CsvPresent = "text/csv; charset=UTF-8; header=present";
    private const string Json = "application/json; charset=UTF-8";
    private const string Lines = "application/x-ndjson; charset=UTF-8";
    private const string Text = "text/plain; charset=UTF-8";
    private const string Binary = "application/octet-stream";

    private static readonly FrozenDictionary<string, OutputFormat> All = new (string ContentType, bool IsPlainRows, string Names)[]
    {
        (Tsv, true, "TabSeparated TabSeparatedRaw TSV TSVRaw Raw TSKV"),
        (Tsv, false, "TabSeparatedWithNames TabSeparatedWithNamesAndTypes TabSeparatedRawWithNames TabSeparatedRawWithNamesAndTypes "
            + "TSVWithNames TSVWithNamesAndTypes TSVRawWithNames TSVRawWithNamesAndTypes RawWithNames RawWithNamesAndTypes"),
        (CsvAbsent, true, "CSV"),
        (CsvPresent, false, "CSVWithNames CSVWithNamesAndTypes"),
        (Json, false, "JSON JSONStrings JSONCompact JSONCompactStrings JSONColumns JSONCompactColumns JSONColumnsWithMetadata JSONObjectEachRow"),
        (Lines, true, "JSONEachRow JSONLines NDJSON JSONStringsEachRow JSONCompactEachRow JSONCompactStringsEachRow"),
        (Lines, false, "JSONEachRowWithProgress JSONStringsEachRowWithProgress JSONCompactEachRowWithNames JSONCompactEachRowWithNamesAndTypes "
            + "JSONCompactStringsEachRowWithNames JSONCompactStringsEachRowWithNamesAndTypes JSONCompactEachRowWithProgress"),
        (Text, false, "Null Values Vertical SQLInsert LineAsString RawBLOB Hash Prometheus Pretty PrettyNoEscapes PrettyMonoBlock PrettyNoEscapesMonoBlock "
            + "PrettyCompact PrettyCompactNoEscapes PrettyCompactMonoBlock PrettyCompactNoEscapesMonoBlock "
            + "PrettySpace PrettySpaceNoEscapes PrettySpaceMonoBlock PrettySpaceNoEscapesMonoBlock PrettyJSONEachRow PrettyJSONLines PrettyNDJSON"),
        ("application/xml; charset=UTF-8", false, "XML"),
        ("text/markdown; charset=UTF-8", false, "Markdown MD"),
        (Binary, true, "RowBinary Native MsgPack"),
        (Binary, false, "RowBinaryWithNames RowBinaryWithNamesAndTypes RowBinaryWithDefaults Parquet ORC Arrow ArrowStream Avro BSONEachRow Npy ODBCDriver2"),
    }
        .SelectMany(group => group.Names.Split(' ').Select(name => new OutputFormat(name, group.ContentType, group.IsPlainRows)))
        .ToFrozenDictionary(format => format.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The format of a name; <see langword="null"/> when it is not one of them.</summary>
    public static OutputFormat? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>A format that only the engine knows.</summary>
    public static OutputFormat Other(string name) => new(name, Text, IsPlainRows: false);
}
