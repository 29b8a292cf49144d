// Goal: the repository's rules hold in every file, and every rule would see what breaks it: each has a planted sample beside the real files.
using System.Globalization;
using Xunit;

namespace Analytics.Tests.Tidy;

public sealed class TidyTests
{
    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.ReadAll(RepositoryRoot.Path);

    [Fact]
    public void The_repository_is_read() => Assert.Contains(Files, file => file.Path == "grains/Tables/TablePlan.cs" && file.IsProductCode);

    [Fact]
    public void Plain_folders_know_nothing_of_Orleans() => Assert.Empty(TidyRules.OrleansInPlainFolders(Files));

    [Theory]
    [InlineData("grains/Live/X.cs", "using Orleans;", true)]
    [InlineData("silo/Http/X.cs", "using Orleans.Runtime;", true)]
    [InlineData("silo/Log/Deep/X.cs", "private global::Orleans.Runtime.GrainId _id;", true)]
    [InlineData("grains/Metrics/X.cs", "using Orleans;", false)]
    [InlineData("silo/Hosting/GrainActors.cs", "using Orleans;", false)]
    [InlineData("grains/Live/X.cs", "// Orleans is somewhere else.", false)]
    [InlineData("grains/Live/X.cs", "using OrleansLike;", false)]
    public void Orleans_in_a_plain_folder_is_seen(string path, string line, bool isSeen) =>
        Assert.Equal(isSeen, TidyRules.OrleansInPlainFolders([new SourceFile(path, line)]).Any());

    [Fact]
    public void No_file_is_too_long() => Assert.Empty(TidyRules.LongFiles(Files));

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, true)]
    public void A_file_that_is_too_long_is_seen(int lines, bool isSeen) =>
        Assert.Equal(isSeen, TidyRules.LongFiles([new SourceFile("tests/X.cs", Lines(lines))]).Any());

    [Fact]
    public void No_function_is_too_long() => Assert.Empty(TidyRules.LongFunctions(Files));

    [Theory]
    [InlineData("    public void X()", 67, false)]
    [InlineData("    public void X()", 68, true)]
    [InlineData("    public X(\n        int a,\n        int b)\n        : base(a)", 64, false)]
    [InlineData("    public X(\n        int a,\n        int b)\n        : base(a)", 65, true)]
    [InlineData("        static int Local(int a)", 68, true)]
    [InlineData("internal sealed class X(int a)", 300, false)]
    [InlineData("    private sealed class X(int a)", 300, false)]
    [InlineData("        foreach (var a in b)", 300, false)]
    public void A_function_that_is_too_long_is_seen(string head, int bodyLines, bool isSeen)
    {
        var indent = new string(' ', head.Length - head.TrimStart().Length);
        var text = $"namespace X;\n\n{head}\n{indent}{{\n{Lines(bodyLines, indent + "    ")}{indent}}}\n";
        Assert.Equal(isSeen, TidyRules.LongFunctions([new SourceFile("grains/X.cs", text)]).Any());
    }

    [Fact]
    public void Every_event_id_means_one_message() => Assert.Empty(TidyRules.RepeatedEventIds(Files));

    [Theory]
    [InlineData("[LoggerMessage(EventId = 12)]", "[LoggerMessage(EventId=12)]", true)]
    [InlineData("[LoggerMessage(EventId = 12)]", "[LoggerMessage(EventId = 13)]", false)]
    public void A_repeated_event_id_is_seen(string one, string other, bool isSeen)
    {
        Assert.Equal(isSeen, TidyRules.RepeatedEventIds([new SourceFile("grains/X.cs", one), new SourceFile("silo/Y.cs", other)]).Any());
        Assert.Equal(isSeen, TidyRules.RepeatedEventIds([new SourceFile("grains/X.cs", one + "\n" + other)]).Any());
    }

    [Fact]
    public void Nothing_names_a_place_on_somebodys_machine() => Assert.Empty(TidyRules.AbsolutePaths(Files));

    [Theory]
    [InlineData("var path = \"/tmp/data\";", true)]
    [InlineData("see /home/somebody", true)]
    [InlineData("cd /work/somewhere", true)]
    [InlineData("docs/work/somewhere", false)]
    [InlineData("https://example.org/work/somewhere", false)]
    [InlineData("\"$TMPDIR/x\" and ./tmp/x", false)]
    [InlineData("a / work", false)]
    public void A_place_on_somebodys_machine_is_seen(string line, bool isSeen) =>
        Assert.Equal(isSeen, TidyRules.AbsolutePaths([new SourceFile("eng/x.sh", line)]).Any());

    [Fact]
    public void Product_code_is_finished() => Assert.Empty(TidyRules.Unfinished(Files));

    [Theory]
    [InlineData("silo/X.cs", "throw new NotImplementedException();", true)]
    [InlineData("client/X.cs", "// TODO: more", true)]
    [InlineData("grains/X.cs", "// FIXME", true)]
    [InlineData("grains/X.cs", "/* HACK */", true)]
    [InlineData("tests/X.cs", "// TODO", false)]
    [InlineData("grains/X.cs", "throw new NotSupportedException();", false)]
    [InlineData("grains/X.cs", "var HACKSAW = 1;", false)]
    public void Unfinished_product_code_is_seen(string path, string line, bool isSeen) =>
        Assert.Equal(isSeen, TidyRules.Unfinished([new SourceFile(path, line)]).Any());

    [Fact]
    public void There_are_no_regions() => Assert.Empty(TidyRules.Regions(Files));

    [Theory]
    [InlineData("#region All of it", true)]
    [InlineData("    #endregion", true)]
    [InlineData("// a region", false)]
    public void A_region_is_seen(string line, bool isSeen) => Assert.Equal(isSeen, TidyRules.Regions([new SourceFile("grains/X.cs", line)]).Any());

    [Fact]
    public void The_root_holds_nothing_else() =>
        Assert.Empty(TidyRules.RootEntriesTooMany(Directory.EnumerateFileSystemEntries(RepositoryRoot.Path).Select(path => Path.GetFileName(path)!)));

    [Theory]
    [InlineData("PLAN.md", true)]
    [InlineData("Run", true)]
    [InlineData("run", false)]
    public void Anything_else_in_the_root_is_seen(string name, bool isSeen) => Assert.Equal(isSeen, TidyRules.RootEntriesTooMany([name]).Any());

    private static string Lines(int count, string indent = "") =>
        string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{indent}_{i}();\n")));
}
