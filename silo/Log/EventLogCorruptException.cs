namespace Analytics.Silo.Log;

/// <summary>
/// Records that were acknowledged once cannot be read any more. Everything before <see cref="Offset"/> was readable, and a reader opened at
/// <see cref="NextOffset"/> goes on behind the damage: whether to do so is the caller's decision, never the log's.
/// </summary>
public sealed class EventLogCorruptException : EventLogException
{
    /// <summary>Describes one damaged range.</summary>
    public EventLogCorruptException(string message, long offset, long nextOffset)
        : base(message)
    {
        Offset = offset;
        NextOffset = nextOffset;
    }

    /// <summary>Offset of the first record that cannot be read.</summary>
    public long Offset { get; }

    /// <summary>The next offset that may be readable; greater than <see cref="Offset"/>.</summary>
    public long NextOffset { get; }
}
