using System.Collections.Concurrent;
using System.Diagnostics;

namespace Analytics.Tests;

/// <summary>
/// Starts processes that end when this one ends, however that happens: the kernel kills them (<c>setpriv --pdeathsig</c>, which becomes the program, so the id is
/// the program's own).
/// </summary>
internal static class ProcessStarter
{
    // The kernel's signal follows the death of the thread that started the process. A thread of the pool may leave any time; this one stays.
    private static readonly BlockingCollection<Action> Starts = StartThread();

    /// <summary>Starts a program; its output is redirected and not read yet.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    public static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "process starter",
        };
        thread.Start();
        return starts;
    }
}
