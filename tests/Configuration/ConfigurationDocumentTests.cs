// Goal: docs/configuration.md names every setting with the default and the range the program really has, and nothing else.
using System.Globalization;
using System.Runtime.CompilerServices;
using Analytics.Silo.Configuration;
using Xunit;

namespace Analytics.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    private static readonly string[][] Rows = ReadRows();

    [Fact]
    public void The_document_lists_every_setting_once_and_no_other()
    {
        Assert.Equal(
            SettingRules.All.Keys.Order(StringComparer.Ordinal),
            Rows.Select(row => row[0].Trim('`')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_and_ranges_in_the_document_are_the_program_s()
    {
        foreach (var (name, _, value) in SettingsReader.All(typeof(AnalyticsOptions)))
        {
            var row = Rows.Single(row => row[0] == $"`{name}`");
            Assert.Equal(value is null or "" ? "none" : $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`", row[1]);
            Assert.Equal(SettingRules.All[name].Allowed, row[2]);
            Assert.True(row[3].Length > 20, $"{name} has no reason.");
        }
    }

    private static string[][] ReadRows([CallerFilePath] string path = "")
    {
        var document = Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "configuration.md");
        return [.. File.ReadLines(document)
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
    }
}
