// Goal: a process lives as long as the one that started it, not as long as the thread that asked for it.
using Xunit;

namespace Analytics.Tests;

public sealed class ProcessStarterTests
{
    [Fact]
    public void A_process_outlives_the_thread_that_asked_for_it()
    {
        System.Diagnostics.Process process = null!;
        var thread = new Thread(() => process = ProcessStarter.Start("sleep", "60"));
        thread.Start();
        thread.Join();
        using (process)
        {
            Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(300)));
            process.Kill();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public void A_program_that_there_is_not_says_so()
    {
        using var process = ProcessStarter.Start("no-such-program");
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Contains("no-such-program", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }
}
