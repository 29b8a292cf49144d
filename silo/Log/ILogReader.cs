namespace Analytics.Silo.Log;

/// <summary>Reads one partition in order. Not safe for concurrent calls.</summary>
public interface ILogReader : IAsyncDisposable
{
    /// <summary>Everything before it was returned, or is no record: the offset to go on at.</summary>
    long NextOffset { get; }

    /// <summary>
    /// Waits until there is at least one record, and returns what is there, in order. Returns nothing when only <see cref="NextOffset"/> has moved,
    /// as over the marks a transaction leaves in the log.
    /// </summary>
    /// <param name="bytesMax">Bytes of keys and values after which no further record is added; one record is always returned.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The records. Their memory is valid until the next call on this reader.</returns>
    ValueTask<IReadOnlyList<LogEntry>> ReadAsync(int bytesMax, CancellationToken cancellationToken = default);
}
