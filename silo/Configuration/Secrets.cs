using System.Text.RegularExpressions;

namespace Analytics.Silo.Configuration;

/// <summary>Values that no message may show: those that are secrets, and those that somebody may have meant to be one.</summary>
internal static partial class Secrets
{
    // Beginnings and parts of names; a wrong guess hides a value in a message, which is no loss.
    private static readonly string[] Words =
        ["password", "passwd", "secret", "token", "credential", "sasl", "oauth", "jaas", "ssl", "pem", "private", "kafka:properties", "serveusers", "otlp:headers", "connectionstring"];

    /// <summary>Whether the value of a setting is kept out of messages.</summary>
    public static bool Has(string setting) => Array.Exists(Words, word => setting.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a value is kept out of messages wherever it was given: it is an address with a password in it.</summary>
    public static bool IsIn(string? value) => value is not null && Password().IsMatch(value);

    [GeneratedRegex("://[^/@]*:[^@]*@", RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
