namespace Analytics.Silo.Ingest.Streams;

/// <summary>A partition's reader at work.</summary>
internal sealed class RunningReader : IDisposable
{
    // Between two looks at the ledger while stopping.
    private static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(50);

    // A stop waits for actors to flush what they have; when nothing has moved for this long, the rest was never delivered.
    private static readonly TimeSpan StopIdleMax = TimeSpan.FromSeconds(4);

    private readonly PartitionReader _reader;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _reading;

    /// <summary>Begins to read.</summary>
    public RunningReader(PartitionReader reader)
    {
        _reader = reader;
        _reading = Task.Run(() => reader.RunAsync(_stopping.Token));
    }

    /// <summary>Begins to stop.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Stops.</summary>
    public Task StopAsync()
    {
        Stop();
        return _reading;
    }

    /// <summary>
    /// After the stop: actors flush by their interval; what they acknowledge by now is committed and not read again at the next start.
    /// </summary>
    public async Task CommitLastAsync(TimeSpan timeout, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        var moved = begin;
        var durableOffset = -1L;
        while (time.GetElapsedTime(begin) < timeout && time.GetElapsedTime(moved) < StopIdleMax)
        {
            var status = await _reader.CommitAsync(CancellationToken.None);
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

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();
}
