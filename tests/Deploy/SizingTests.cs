// Goal: the rules of sizing stand on measures that there are.
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed partial class SizingTests
{
    [Fact]
    public void Every_measure_that_the_rules_of_sizing_name_is_in_the_report()
    {
        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "bench", "results", "latest.json")));
        var measures = report.RootElement.EnumerateArray().Select(row => $"{row.GetProperty("case").GetString()}: {row.GetProperty("measure").GetString()}").ToHashSet();
        var named = Row().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "README.md"))).Select(match => $"{match.Groups[1].Value}: {match.Groups[2].Value}").ToArray();
        Assert.True(named.Length >= 4);
        Assert.Subset(measures, named.ToHashSet());
    }

    [GeneratedRegex("""^\| ([a-z-]+): `([^`]+)` \|""", RegexOptions.Multiline)]
    private static partial Regex Row();
}
