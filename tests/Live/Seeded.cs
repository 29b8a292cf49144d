using Xunit.Sdk;

namespace Analytics.Tests.Live;

/// <summary>Runs a check on many random inputs; a failure names the seed that gives the same input again.</summary>
internal static class Seeded
{
    /// <summary>Runs a check once a seed.</summary>
    public static void Run(int count, Action<Random> check)
    {
        for (var seed = 1; seed <= count; seed++)
        {
            try
            {
                check(new Random(seed));
            }
            catch (Exception e)
            {
                throw new XunitException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    /// <summary>Runs an asynchronous check once a seed.</summary>
    public static async Task RunAsync(int count, Func<int, Task> check)
    {
        for (var seed = 1; seed <= count; seed++)
        {
            try
            {
                await check(seed);
            }
            catch (Exception e)
            {
                throw new XunitException($"Seed {seed}: {e.Message}", e);
            }
        }
    }
}
