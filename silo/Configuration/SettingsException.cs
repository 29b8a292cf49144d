namespace Analytics.Silo.Configuration;

/// <summary>The configuration is wrong; the message names every problem, one a line.</summary>
internal sealed class SettingsException : Exception
{
    /// <summary>Describes all problems at once, so that one start shows all of them.</summary>
    public SettingsException(IReadOnlyList<SettingProblem> problems)
        : base($"The configuration has {problems.Count} problem{(problems.Count == 1 ? string.Empty : "s")}:"
            + string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}")))
    {
        Problems = problems;
    }

    /// <summary>One or more.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; }
}
