using System.Diagnostics;
using Xunit;

namespace Analytics.Tests;

/// <summary>Waits for something another process does: asks again and again until it is so or the deadline has passed. The only poll in the tests.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

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
        await IsTrueAsync(
            async () => condition(last = await ask()), deadline, () => $"the last answer was {last}");
        return last!;
    }
}
