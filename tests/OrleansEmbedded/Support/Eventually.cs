using System.Diagnostics;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded.Support;

/// <summary>Waits for a condition, and fails when it does not come.</summary>
internal static class Eventually
{
    // Far beyond what any condition takes, so that a slow machine does not fail a test.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"Did not happen: {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>The result of a task that must end.</summary>
    public static Task<T> WithinDeadline<T>(this Task<T> task) => task.WaitAsync(Deadline);

    /// <inheritdoc cref="WithinDeadline{T}(Task{T})"/>
    public static Task WithinDeadline(this Task task) => task.WaitAsync(Deadline);
}
