namespace Analytics.Silo.Log;

/// <summary>A record read from the log, at its offset.</summary>
/// <param name="Offset">Offset in its partition, 0 or more.</param>
/// <param name="Record">The record as it was appended.</param>
public readonly record struct LogEntry(long Offset, LogRecord Record);
