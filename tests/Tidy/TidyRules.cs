using System.Text.RegularExpressions;

namespace Analytics.Tests.Tidy;

/// <summary>The repository's rules. Each returns what breaks it, one line a finding, beginning with the file.</summary>
internal static partial class TidyRules
{
    private const int FileLinesMax = 400;
    private const int FunctionLinesMax = 70;

    // Decoding, columns, live state, tables, queries, ClickHouse, log and HTTP are plain classes: they can be tested and reused without a silo.
    private static readonly string[] WithoutOrleans =
    [
        "grains/ClickHouse/", "grains/Columns/", "grains/Live/", "grains/Tables/", "grains/Query/", "grains/Alerts/", "silo/Log/", "silo/Ingest/Decode/", "silo/Http/",
    ];

    private static readonly string[] RootEntries =
    [
        ".ci", ".editorconfig", ".git", ".gitattributes", ".github", ".gitignore", "ARCHITECTURE.md", "Analytics.sln", "Directory.Build.props",
        "Directory.Build.targets", "Directory.Packages.props", "LICENSE", "README.md", "artifacts", "bench", "bench.sh", "client", "data", "deploy", "docs", "eng", "global.json",
        "grain-interfaces", "grains", "orleans-embedded", "run", "silo", "test", "tests",
    ];

    /// <summary>Plain folders know nothing of Orleans.</summary>
    public static IEnumerable<string> OrleansInPlainFolders(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCode && Array.Exists(WithoutOrleans, folder => file.Path.StartsWith(folder, StringComparison.Ordinal))
        from finding in Matches(file, OrleansName())
        select finding;

    /// <summary>No file is longer than a reader takes.</summary>
    public static IEnumerable<string> LongFiles(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCode && LineCount(file) > FileLinesMax
        select $"{file.Path}: {LineCount(file)} lines, {FileLinesMax} at most";

    /// <summary>No function is longer than a screen.</summary>
    public static IEnumerable<string> LongFunctions(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCode
        from function in FunctionFinder.Find(file)
        where function.LineCount > FunctionLinesMax
        select $"{file.Path}:{function.Line}: {function.LineCount} lines, {FunctionLinesMax} at most: {function.Head}";

    /// <summary>An event id means one message.</summary>
    public static IEnumerable<string> RepeatedEventIds(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsProductCode
        from Match match in EventId().Matches(file.Text)
        group file.Path by int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) into uses
        where uses.Count() > 1
        select $"{string.Join(" and ", uses)}: event id {uses.Key}";

    /// <summary>Nothing depends on where somebody's checkout or home is.</summary>
    public static IEnumerable<string> AbsolutePaths(IEnumerable<SourceFile> files) =>
        from file in files
        where !file.Path.StartsWith("tests/", StringComparison.Ordinal)
        from finding in Matches(file, AbsolutePath())
        select finding;

    /// <summary>Product code is finished.</summary>
    public static IEnumerable<string> Unfinished(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsProductCode
        from finding in Matches(file, UnfinishedMark())
        select finding;

    /// <summary>Code is not hidden in regions.</summary>
    public static IEnumerable<string> Regions(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCode && !file.Path.StartsWith("tests/Tidy/", StringComparison.Ordinal)
        from finding in Matches(file, Region())
        select finding;

    /// <summary>The root holds what one needs to find one's way, and nothing else.</summary>
    public static IEnumerable<string> RootEntriesTooMany(IEnumerable<string> names) =>
        names.Except(RootEntries, StringComparer.Ordinal).Select(name => $"{name}: not one of the root's files and folders");

    private static IEnumerable<string> Matches(SourceFile file, Regex pattern) =>
        from line in Enumerable.Range(0, file.Lines.Length)
        let match = pattern.Match(file.Lines[line])
        where match.Success
        select $"{file.Path}:{line + 1}: {match.Value}";

    private static int LineCount(SourceFile file) => file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);

    [GeneratedRegex(@"using Orleans\b|\bOrleans\.\w+")]
    private static partial Regex OrleansName();

    [GeneratedRegex(@"EventId\s*=\s*(\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"(?<![\w.$}/~-])/(work|tmp|root|home)/\w+")]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"^\s*#(end)?region\b")]
    private static partial Regex Region();
}
