using System.Text.RegularExpressions;

namespace Analytics.Tests.Deploy;

/// <summary>What is a secret in files of a deployment.</summary>
internal static partial class SecretText
{
    /// <summary>Whether a variable of this name holds one.</summary>
    public static bool IsSecret(string name) => Name().IsMatch(name);

    /// <summary>Whether a text has one in it, and not only a reference to it.</summary>
    public static bool IsInClear(string name, string text) => (IsSecret(name) || Assigned().IsMatch(text)) && !text.Contains("${", StringComparison.Ordinal) && text.Length > 0;

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|ConnectionString|Otlp__Headers", RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex("(password|secret|token)=", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
