namespace Orleans.Runtime;

/// <summary>A timer of an activation; ends with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets when the timer ticks.</summary>
    /// <param name="dueTime">Until the next tick; <see cref="Timeout.InfiniteTimeSpan"/> stops it.</param>
    /// <param name="period">From the end of a tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for one tick only.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}
