namespace Analytics.Cli;

/// <summary>What the caller asked for cannot be done, in words for him.</summary>
internal sealed class CliException(string message) : Exception(message);
