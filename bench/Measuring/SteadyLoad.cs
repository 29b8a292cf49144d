using System.Diagnostics;

namespace Analytics.Bench.Measuring;

/// <summary>Calls for something at a steady rate, in portions of 10 ms; what was late is made good at once.</summary>
/// <param name="perSecond">How many a second.</param>
/// <param name="send">Sends some, numbered from the first argument on, as many as the second says.</param>
internal sealed class SteadyLoad(int perSecond, Func<long, int, Task> send)
{
    private static readonly TimeSpan Portion = TimeSpan.FromMilliseconds(10);

    private long _sent;

    /// <summary>How many were sent so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Seconds by which sending was behind its plan at the worst moment, since it was set to 0: a load that could not be held measures nothing.</summary>
    public double LateSecondsMax { get; set; }

    /// <summary>Sends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!cancellationToken.IsCancellationRequested)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * perSecond) - _sent;
            if (due > 0)
            {
                await send(_sent, (int)due);
                Interlocked.Add(ref _sent, due);
                LateSecondsMax = Math.Max(LateSecondsMax, watch.Elapsed.TotalSeconds - ((double)_sent / perSecond));
            }

            await Task.Delay(Portion, CancellationToken.None);
        }
    }
}
