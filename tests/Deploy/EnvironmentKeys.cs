using Analytics.Silo.Configuration;

namespace Analytics.Tests.Deploy;

/// <summary>Names of settings as environments give them: <c>Analytics__Flush__IntervalMs</c>.</summary>
internal static class EnvironmentKeys
{
    private const string Prefix = "Analytics__";

    // How silos find each other, where there are several.
    private static readonly string[] OfClusters =
        ["Analytics__Orleans__Clustering", "Analytics__Orleans__AdvertisedAddress", "Analytics__Orleans__SiloName", "Analytics__Postgres__ConnectionString"];

    /// <summary>Those of the names that begin as ours and are none of our settings.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> names) =>
        names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !SettingRules.All.ContainsKey(SettingOf(name)) && !OfClusters.Contains(name));

    /// <summary>Why a value cannot be given; <see langword="null"/> when it can.</summary>
    public static string? ProblemOf(string name, string value)
    {
        if (!SettingRules.All.TryGetValue(SettingOf(name), out var rule))
        {
            return OfClusters.Contains(name) ? null : $"{name} is no setting";
        }

        object? given = rule is SettingRule.Number ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : value;
        return rule.Allows(given) ? null : $"{name}: {value} is not {rule.Allowed}";
    }

    private static string SettingOf(string name) => name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
}
