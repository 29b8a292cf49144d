using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Live.Windows;

namespace Analytics.Grains.Views;

/// <summary>Another one whenever what a view shows is other than before.</summary>
/// <param name="View">The view's state: another one when it was made again.</param>
/// <param name="Changes">What it has taken.</param>
/// <param name="Running">Number of the window that runs.</param>
/// <param name="LastClosedMs">Begin of the last window that is closed.</param>
/// <param name="Sinks">How far its sinks are, as text.</param>
internal sealed record ViewStamp(ViewState View, long Changes, long Running, long LastClosedMs, string Sinks)
{
    /// <summary>The stamp of a view.</summary>
    public static ViewStamp Of(ViewState view, long nowMs, ViewSinkState[] sinks) => new(
        view, view.Changes, TimeSlot.Of(nowMs, view.Definition.EveryMs), view.LastClosed(nowMs), string.Join(';', sinks.Select(sink => $"{sink.Windows} {sink.WrittenBeforeMs} {sink.Failures}")));
}
