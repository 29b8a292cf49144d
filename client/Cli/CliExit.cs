namespace Analytics.Cli;

/// <summary>Exit codes of all commands; documented in <c>docs/cli.md</c>.</summary>
internal static class CliExit
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and something is not as it should be: events were rejected, letters are still refused, an audit found faults, what was asked for is not there.</summary>
    public const int Partly = 1;

    /// <summary>The arguments or the input are wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>The server refused, or could not do it.</summary>
    public const int Refused = 4;

    /// <summary>Given up by Ctrl+C or SIGTERM before it was done.</summary>
    public const int Interrupted = 130;
}
