using Analytics.Silo.Configuration;

namespace Analytics.Tests.Deploy;

/// <summary>Names of settings as environments give them: <c>Analytics__Flush__IntervalMs</c>.</summary>
internal static class EnvironmentKeys
{
    private const string Prefix = "Analytics__";

    /// <summary>Those of the names that begin as ours and are none of our settings.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> names) =>
        names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !SettingRules.All.ContainsKey(SettingOf(name)));

    /// <summary>Why a value cannot be given; <see langword="null"/> when it can.</summary>
    public static string? ProblemOf(string name, string value)
    {
        var rule = SettingRules.All[SettingOf(name)];
        object? given = rule is SettingRule.Number ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : value;
        return rule.Allows(given) ? null : $"{name}: {value} is not {rule.Allowed}";
    }

    private static string SettingOf(string name) => name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
}
