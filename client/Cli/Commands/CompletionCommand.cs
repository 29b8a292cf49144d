using System.CommandLine;
using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary><c>completion</c>: what a shell needs to complete commands, options, projects and metrics. The shell asks the tool itself, so the script never grows old.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _analytics() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(analytics "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _analytics analytics
        """;

    private const string Zsh = """
        #compdef analytics
        _analytics() {
            local -a words
            words=("${(@f)$(analytics "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $words
        }
        compdef _analytics analytics
        """;

    private const string Fish = """
        function __analytics_complete
            set -l line (commandline -cp)
            analytics "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c analytics -a '(__analytics_complete)'
        """;

    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return runner.Add(new Command("completion", "Prints what makes a shell complete this command.") { shell }, context =>
        {
            context.Print(context.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return Task.FromResult(CliExit.Done);
        });
    }
}
