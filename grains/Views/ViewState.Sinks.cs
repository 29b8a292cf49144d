using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views;

/// <content>Windows that are complete, for those who write them elsewhere.</content>
internal sealed partial class ViewState
{
    private long _writtenBeforeMs = long.MinValue;

    /// <summary>Rows that were taken into a window that had been written, since this state was made.</summary>
    public long Missed { get; private set; }

    /// <summary>Ascends with whatever is taken.</summary>
    public long Changes { get; private set; }

    /// <summary>Windows that begin before this time are written.</summary>
    public void NoteWritten(long beforeMs) => _writtenBeforeMs = Math.Max(_writtenBeforeMs, beforeMs);

    /// <summary>When nothing is added to a window any more: what is received from then on is late.</summary>
    public long CloseOf(long startMs) => startMs + Definition.WindowMs + _graceMs;

    /// <summary>Begin of the last window that is closed at a time.</summary>
    public long LastClosed(long timeMs) => StartOf(timeMs - Definition.WindowMs - _graceMs);

    /// <summary>Begin of the window that follows, or is, the first one with a time in it.</summary>
    /// <param name="timeMs">Of a row.</param>
    /// <param name="fromMs">Not before this window.</param>
    public long FirstWindowOf(long timeMs, long fromMs) => Math.Max(fromMs, StartOf(timeMs) - Definition.WindowMs + Definition.EveryMs);

    /// <summary>Whether all rows of a window are here.</summary>
    public bool Keeps(long startMs, long nowMs) => startMs >= FirstKept(nowMs);

    /// <summary>Begin of the first window with rows here; <see langword="null"/> when there is none.</summary>
    /// <param name="fromMs">Not before this window.</param>
    public long? FirstWindow(long fromMs)
    {
        foreach (var pane in _panes.Keys)
        {
            if (pane >= fromMs)
            {
                return FirstWindowOf(pane, fromMs);
            }
        }

        return null;
    }

    /// <summary>Windows that have rows here, ascending.</summary>
    /// <param name="firstMs">Begin of the first.</param>
    /// <param name="lastMs">Begin of the last.</param>
    /// <param name="windowsMax">As many at most.</param>
    /// <param name="rowsMax">Rows after which no further window is added.</param>
    public IReadOnlyList<ViewWindow> Between(long firstMs, long lastMs, int windowsMax, int rowsMax)
    {
        var windows = new List<ViewWindow>();
        var rowCount = 0;
        for (var start = firstMs; start <= lastMs && windows.Count < windowsMax && rowCount < rowsMax; start += Definition.EveryMs)
        {
            if (PanesOf(start) is { Count: > 0 } panes)
            {
                windows.Add(new ViewWindow(start, start + Definition.WindowMs, IsClosed: true, RowsOf(panes)));
                rowCount += windows[^1].Rows.Length;
            }
        }

        return windows;
    }

    /// <summary>The first window that is shown when a view is made now, and so the first that is written.</summary>
    public static long FirstShown(ViewDefinition definition, long nowMs) =>
        (Live.Windows.TimeSlot.Of(nowMs, definition.EveryMs) - WindowsKept + 1) * definition.EveryMs;
}
