using System.Runtime.CompilerServices;
using Analytics.Client;

namespace Analytics.Cli.Demos;

/// <summary>A view as it changes, from before its metric has had an event.</summary>
internal static class ViewChanges
{
    // Until the metric's first event there is nothing to watch.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>States as they come.</summary>
    public static async IAsyncEnumerable<ViewState> WatchAsync(
        IAnalyticsClient client, string project, string metric, string view, [EnumeratorCancellation] CancellationToken cancelled)
    {
        while (await client.GetMetricAsync(project, metric, cancelled) is null)
        {
            await Task.Delay(AskAgainAfter, cancelled);
        }

        await foreach (var state in client.WatchViewAsync(project, metric, view, cancelled))
        {
            yield return state;
        }
    }
}
