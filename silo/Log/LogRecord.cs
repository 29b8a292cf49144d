namespace Analytics.Silo.Log;

/// <summary>What is appended to the log.</summary>
/// <param name="Key">Routing key, <c>project/metric</c> by convention; may be empty.</param>
/// <param name="Value">One message: an event, an array or newline-separated events, possibly gzip-compressed.</param>
/// <param name="TimestampMs">When the message was received, UTC milliseconds since 1970.</param>
public readonly record struct LogRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long TimestampMs)
{
    /// <summary>
    /// The message's headers as <see cref="LogHeaders"/> writes them; empty for none. What is appended here has one at most: the trace it belongs to
    /// (<see cref="LogTrace"/>). Of what others produced only those that somebody asked for are read.
    /// </summary>
    public ReadOnlyMemory<byte> Headers { get; init; }
}
