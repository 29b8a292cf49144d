// Goal: no test of the other package set is silently absent from this one.
using System.Text.RegularExpressions;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed partial class OnlyOnThePackagesTests
{
    [Fact]
    public void Every_test_that_needs_the_packages_is_listed_as_skipped()
    {
        var files = new[] { "OrleansPackages", "Cluster/Packages" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests", folder), "*.cs"));
        var tests = files.SelectMany(file => Test().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToArray();
        Assert.True(tests.Length > 10);
        Assert.Equal(
            tests,
            typeof(OnlyOnThePackages).GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: false)).Select(method => method.Name).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Test();
}
