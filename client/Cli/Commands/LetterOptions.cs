using System.CommandLine;

namespace Analytics.Cli.Commands;

/// <summary>Which dead letters are meant.</summary>
internal sealed class LetterOptions
{
    /// <summary><c>--code</c>.</summary>
    public Option<string?> Code { get; } = new("--code") { Description = "Only letters with this code." };

    /// <summary><c>--project</c>.</summary>
    public Option<string?> Project { get; } = new("--project") { Description = "Only letters that name this project." };

    /// <summary><c>--metric</c>.</summary>
    public Option<string?> Metric { get; } = new("--metric") { Description = "Only letters that name this metric." };

    /// <summary><c>--from</c>.</summary>
    public Option<string?> From { get; } = Arguments.Time("--from", "Only letters from this time on; also 15m, 2h, 7d ago.");

    /// <summary><c>--to</c>.</summary>
    public Option<string?> To { get; } = Arguments.Time("--to", "Only letters before this time.");

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Add(Code);
        command.Add(Project);
        command.Add(Metric);
        command.Add(From);
        command.Add(To);
    }
}
