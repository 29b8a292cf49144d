using System.Diagnostics;
using Xunit;

namespace Analytics.Tests;

/// <summary>Waits for what nobody signals: asks again and again until it is so, and fails at the deadline. The only poll in the tests.</summary>
internal static class Eventually
{
    // Far beyond what anything here takes, so that a slow machine does not fail a test.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    /// <summary>Completes when the condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(condition, () => what);

    /// <summary>Completes when the condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, Func<string> what) => IsTrueAsync(() => Task.FromResult(condition()), Deadline, what);

    /// <summary>Completes when the condition holds; fails with the description at the deadline.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, TimeSpan deadline, Func<string> describe)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
            {
                Assert.Fail($"Not within {deadline.TotalSeconds:0} s: {describe()}");
            }

            await Task.Delay(Between);
        }
    }

    /// <summary>The first answer that satisfies the condition.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> condition, TimeSpan deadline)
    {
        var last = default(T);
        await IsTrueAsync(async () => condition(last = await ask()), deadline, () => $"the last answer was {last}");
        return last!;
    }

    /// <summary>The result of a task that must end.</summary>
    public static Task<T> WithinDeadline<T>(this Task<T> task) => task.WaitAsync(Deadline);

    /// <inheritdoc cref="WithinDeadline{T}(Task{T})"/>
    public static Task WithinDeadline(this Task task) => task.WaitAsync(Deadline);
}
