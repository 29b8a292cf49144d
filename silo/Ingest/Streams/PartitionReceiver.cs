using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>The pulling agent's end of a partition: starts and stops the reader, and hands its chunks over as they come.</summary>
internal sealed partial class PartitionReceiver(PartitionReader reader, MetricQueueCache cache, TimeProvider time, ILogger logger) : IQueueAdapterReceiver, IDisposable
{
    // A read waits this long for data: the agent sleeps in here instead of polling, and a stop is never held up for longer.
    private static readonly TimeSpan ReadWaitMax = TimeSpan.FromMilliseconds(250);

    // Between two looks at the ledger while stopping.
    private static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(50);

    // A stop waits for actors to flush what they have; when nothing has moved for this long, the rest was never delivered.
    private static readonly TimeSpan StopIdleMax = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _stopping = new();
    private Task _reading = Task.CompletedTask;

    /// <inheritdoc />
    public Task Initialize(TimeSpan timeout)
    {
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (!reader.Chunks.TryRead(out var chunk))
        {
            using var waiting = new CancellationTokenSource(ReadWaitMax, time);
            try
            {
                chunk = await reader.Chunks.ReadAsync(waiting.Token);
            }
            catch (OperationCanceledException)
            {
                return [];
            }
        }

        if (chunk.Epoch != cache.Epoch)
        {
            cache.Begin(chunk.Epoch);
        }

        return chunk.Containers;
    }

    /// <inheritdoc />
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc />
    public async Task Shutdown(TimeSpan timeout)
    {
        _stopping.Cancel();
        await _reading;
        try
        {
            await CommitLastAsync(timeout);
        }
        catch (Exception e)
        {
            LogLastCommitFailed(e);
        }

        cache.Begin(long.MaxValue);
        Dispose();
    }

    // Actors flush by their interval; what they acknowledge by now is committed and not read again at the next start.
    private async Task CommitLastAsync(TimeSpan timeout)
    {
        var begin = time.GetTimestamp();
        var moved = begin;
        var durableOffset = -1L;
        while (time.GetElapsedTime(begin) < timeout && time.GetElapsedTime(moved) < StopIdleMax)
        {
            var status = await reader.CommitAsync(CancellationToken.None);
            if (!status.IsCurrent || status.OpenChunks == 0)
            {
                return;
            }

            if (status.DurableOffset > durableOffset)
            {
                (durableOffset, moved) = (status.DurableOffset, time.GetTimestamp());
            }

            await Task.Delay(StopPoll, time);
        }
    }

    [LoggerMessage(EventId = 1310, Level = LogLevel.Warning, Message = "The last commit of a partition failed; its newest events are read again at the next start")]
    private partial void LogLastCommitFailed(Exception exception);
}
