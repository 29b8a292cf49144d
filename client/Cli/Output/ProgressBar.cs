using Analytics.Cli.Running;
using Spectre.Console;

namespace Analytics.Cli.Output;

/// <summary>A bar that fills while something is done; nothing where there is no terminal.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan RedrawAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows it until the work has ended.</summary>
    /// <param name="context">The running command.</param>
    /// <param name="title">What is done.</param>
    /// <param name="expected">How many; <see langword="null"/> when that is not known.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="work">The work.</param>
    public static async Task RunAsync(CommandContext context, string title, long? expected, Func<long> done, Task work)
    {
        if (!context.IsLive)
        {
            await work;
            return;
        }

        var columns = new ProgressColumn[] { new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn() };
        await context.Console.Progress().Columns(columns).StartAsync(async progress =>
        {
            var task = progress.AddTask(title, maxValue: expected ?? 1);
            task.IsIndeterminate = expected is null;
            while (!work.IsCompleted)
            {
                task.Value = expected is null ? 0 : done();
                task.Description = $"{title} {Numbers.Of(done())}";
                await Task.WhenAny(work, Task.Delay(RedrawAfter));
            }

            task.Value = expected is null ? 1 : done();
            task.Description = $"{title} {Numbers.Of(done())}";
        });
        await work;
    }
}
