using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>What a sink is to get: the windows of its view, from the live state where that has them and from the table where it has not.</summary>
internal interface ISinkRows
{
    /// <summary>The columns as they are now.</summary>
    RollupShape Shape { get; }

    /// <summary>Whether all rows that were taken are in the table.</summary>
    bool AreAllStored { get; }

    /// <summary>When nothing is added to a window any more, UTC milliseconds since 1970.</summary>
    long CloseOf(long startMs);

    /// <summary>Begin of the last window to which nothing that is received from this time on is added.</summary>
    long LastClosed(long timeMs);

    /// <summary>Begin of the first window that may have rows, not before <paramref name="fromMs"/>; <see langword="null"/> when there is none.</summary>
    Task<long?> FirstWindowAsync(long fromMs, long nowMs, CancellationToken cancellationToken);

    /// <summary>The first windows that have rows, ascending, those that begin at either end included.</summary>
    /// <param name="firstMs">Begin of the first.</param>
    /// <param name="lastMs">Begin of the last.</param>
    /// <param name="nowMs">Now, UTC milliseconds since 1970.</param>
    /// <param name="windowsMax">As many at most.</param>
    /// <param name="rowsMax">Rows after which no further window is added; a window is never cut.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ViewWindow>> WindowsAsync(long firstMs, long lastMs, long nowMs, int windowsMax, int rowsMax, CancellationToken cancellationToken);

    /// <summary>Windows that begin before this time are written: rows that are still added to one are missed.</summary>
    void NoteWritten(long beforeMs);
}
