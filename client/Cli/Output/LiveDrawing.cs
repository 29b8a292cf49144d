using Analytics.Cli.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Analytics.Cli.Output;

/// <summary>Redraws states as they come, until Ctrl+C; that is the usual end of it.</summary>
internal static class LiveDrawing
{
    /// <summary>Draws on a terminal, prints lines elsewhere.</summary>
    /// <param name="context">The running command.</param>
    /// <param name="states">States as they come.</param>
    /// <param name="draw">For a terminal.</param>
    /// <param name="print">For a pipe.</param>
    /// <param name="isLast">Whether this state ends it.</param>
    public static async Task<int> RunAsync<T>(
        CommandContext context, IAsyncEnumerable<T> states, Func<T, IRenderable> draw, Action<T> print, Func<T, bool>? isLast = null)
    {
        try
        {
            if (context.IsLive)
            {
                await context.Console.Live(new Text("Waiting …")).StartAsync(live => FollowAsync(state =>
                {
                    live.UpdateTarget(draw(state));
                    live.Refresh();
                }));
            }
            else
            {
                await FollowAsync(print);
            }
        }
        catch (OperationCanceledException) when (context.Cancelled.IsCancellationRequested)
        {
            // The person has seen enough.
        }

        return CliExit.Done;

        async Task FollowAsync(Action<T> show)
        {
            await foreach (var state in states.WithCancellation(context.Cancelled))
            {
                show(state);
                if (isLast?.Invoke(state) == true)
                {
                    return;
                }
            }
        }
    }
}
