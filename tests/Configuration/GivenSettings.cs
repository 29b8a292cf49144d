using Analytics.Silo.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Analytics.Tests.Configuration;

/// <summary>Reads settings that a test gives, as a start does.</summary>
internal static class GivenSettings
{
    /// <summary>The options; names without <c>Analytics:</c>, a later value of a name wins.</summary>
    public static AnalyticsOptions Read(params (string Name, string Value)[] settings) => SettingsReader.Read(Configuration(settings));

    /// <summary>What is wrong with them.</summary>
    public static IReadOnlyList<SettingProblem> ProblemsOf(params (string Name, string Value)[] settings) =>
        Record.Exception(() => Read(settings)) is SettingsException exception ? exception.Problems : [];

    /// <summary>The settings before they are read.</summary>
    public static IConfiguration Configuration(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            values["Analytics:" + name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
