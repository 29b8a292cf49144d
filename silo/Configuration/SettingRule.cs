using System.Globalization;

namespace Analytics.Silo.Configuration;

/// <summary>What one setting may be.</summary>
internal abstract record SettingRule(string Name)
{
    /// <summary>The range in words, as the documentation and every message say it.</summary>
    public abstract string Allowed { get; }

    /// <summary>Whether a list's element must have it: there is no default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether <paramref name="value"/>, already of the setting's type, is allowed.</summary>
    public abstract bool Allows(object? value);

    /// <summary>A number from <paramref name="Min"/> to <paramref name="Max"/>, both included.</summary>
    internal sealed record Number(string Name, long Min, long Max) : SettingRule(Name)
    {
        public override string Allowed => string.Create(CultureInfo.InvariantCulture, $"{Min:N0} to {Max:N0}");

        public override bool Allows(object? value)
        {
            var number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            return number >= Min && number <= Max;
        }
    }

    /// <summary>One of a few words, as written.</summary>
    internal sealed record Word(string Name, params string[] Words) : SettingRule(Name)
    {
        public override string Allowed => string.Join(" or ", Words);

        public override bool Allows(object? value) => Words.Contains((string?)value, StringComparer.Ordinal);
    }

    /// <summary>A text that <paramref name="Test"/> accepts.</summary>
    internal sealed record Text(string Name, string Description, Predicate<string?> Test) : SettingRule(Name)
    {
        public override string Allowed => Description;

        public override bool Allows(object? value) => Test((string?)value);
    }

    /// <summary>Any names with texts; <paramref name="ProblemOf"/> says why a name cannot be given, <see langword="null"/> when it can.</summary>
    internal sealed record Entries(string Name, string Description, Func<string, string?> ProblemOf) : SettingRule(Name)
    {
        public override string Allowed => Description;

        public override bool Allows(object? value) => true;
    }
}
