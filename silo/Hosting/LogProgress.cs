using Analytics.Grains.Views.Sinks;
using Analytics.Silo.Log;

namespace Analytics.Silo.Hosting;

/// <summary>
/// How far the tables are behind the log, by offsets: where its partitions ended at a moment, and whether that much is committed. It is looked at while somebody waits for it and not otherwise,
/// once for all who wait.
/// </summary>
internal sealed class LogProgress(IEventLog log, TimeProvider time, CancellationToken stopping) : ILogProgress
{
    // Between two questions for what is committed: that changes twice a second.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private long _reachedMs;
    private int _isLooking;

    /// <inheritdoc />
    /// <remarks>Records get their time before they are appended: a large body's wait for each other, a slow disk holds them up, clocks of a cluster differ.</remarks>
    public int AppendMs => 2000;

    /// <inheritdoc />
    public long Reached(long wantedMs)
    {
        if (Volatile.Read(ref _reachedMs) < wantedMs && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            _ = Task.Run(LookAsync, CancellationToken.None);
        }

        return Volatile.Read(ref _reachedMs);
    }

    private async Task LookAsync()
    {
        try
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var partitions = log.Partitions;
            var ends = await Task.WhenAll(partitions.Select(partition => log.ReadEndAsync(partition, stopping).AsTask()));
            while (!await IsCommittedAsync(partitions, ends, stopping))
            {
                await Task.Delay(Between, time, stopping);
            }

            // Without partitions it is not known yet which there are.
            if (partitions.Count > 0)
            {
                Volatile.Write(ref _reachedMs, Math.Max(_reachedMs, nowMs - AppendMs));
            }
        }
        catch (Exception exception) when (exception is EventLogException or OperationCanceledException or ArgumentOutOfRangeException)
        {
            // The log does not answer, or a partition has just gone: whoever waits asks again.
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private async Task<bool> IsCommittedAsync(IReadOnlyList<int> partitions, long[] ends, CancellationToken cancellationToken)
    {
        for (var i = 0; i < ends.Length; i++)
        {
            if (await log.ReadCommittedAsync(partitions[i], cancellationToken) < ends[i])
            {
                return false;
            }
        }

        return true;
    }
}
