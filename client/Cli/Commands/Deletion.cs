using Analytics.Cli.Running;

namespace Analytics.Cli.Commands;

/// <summary>What <c>… delete</c> answers.</summary>
internal static class Deletion
{
    /// <summary>Says whether there was something to end.</summary>
    /// <param name="context">The command.</param>
    /// <param name="isDeleted">Whether there was.</param>
    /// <param name="missing">What is said when there was not.</param>
    /// <returns>The exit code.</returns>
    public static int Answer(CommandContext context, bool isDeleted, string missing)
    {
        if (context.IsJson)
        {
            context.PrintJson(new { Deleted = isDeleted });
        }

        if (isDeleted)
        {
            return CliExit.Done;
        }

        context.Say(missing);
        return CliExit.Partly;
    }
}
