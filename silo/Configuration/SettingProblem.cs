namespace Analytics.Silo.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Setting">Full name, for example <c>Analytics:Flush:IntervalMs</c>.</param>
/// <param name="Value">The value as it was given; <see langword="null"/> when there is none to show.</param>
/// <param name="Allowed">What would be right, in words.</param>
internal sealed record SettingProblem(string Setting, string? Value, string Allowed)
{
    /// <inheritdoc />
    public override string ToString() => Value is null ? $"{Setting}: {Allowed}" : $"{Setting} = '{Value}': {Allowed}";
}
