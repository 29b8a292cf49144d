using System.Threading.Channels;
using Analytics.Silo.Log;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// The pulling agent's end of a queue: starts and stops the readers of its partitions, those that are added while it runs too, and hands their
/// chunks over as they come.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="log">Knows which partitions there are.</param>
/// <param name="makeReader">Makes a partition's reader, which puts its chunks into the channel.</param>
/// <param name="cache">The queue's cache.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Gets what goes wrong.</param>
/// <param name="stopping">The process begins to stop.</param>
internal sealed partial class QueueReceiver(
    int queue, IEventLog log, Func<int, ChannelWriter<Chunk>, PartitionReader> makeReader, MetricQueueCache cache, TimeProvider time, ILogger logger,
    CancellationToken stopping)
    : IQueueAdapterReceiver
{
    // Chunks decoded ahead: one in the agent's hands, one ready, one being built.
    private const int ChunksAhead = 2;

    // A read waits this long for data: the agent sleeps in here instead of polling. A stop of the process ends the wait; when a queue moves
    // to another silo, it may take this long. With many idle queues a shorter wait would be what an idle silo is busy with.
    private static readonly TimeSpan ReadWaitMax = TimeSpan.FromSeconds(1);

    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(ChunksAhead) { SingleReader = true });
    private readonly Dictionary<int, RunningReader> _readers = [];
    private IReadOnlyList<int> _partitions = [];

    /// <inheritdoc />
    public Task Initialize(TimeSpan timeout)
    {
        FollowPartitions();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        FollowPartitions();
        if (!_chunks.Reader.TryRead(out var chunk))
        {
            using var waiting = new CancellationTokenSource(ReadWaitMax, time);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, stopping);
            try
            {
                chunk = await _chunks.Reader.ReadAsync(ending.Token);
            }
            catch (OperationCanceledException)
            {
                return [];
            }
        }

        if (chunk.Epoch != cache.EpochOf(chunk.Partition))
        {
            cache.Begin(chunk.Partition, chunk.Epoch);
        }

        return chunk.Containers;
    }

    /// <inheritdoc />
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task Shutdown(TimeSpan timeout)
    {
        var readers = _readers.ToArray();
        await Task.WhenAll(Array.ConvertAll(readers, pair => pair.Value.StopAsync()));
        await Task.WhenAll(Array.ConvertAll(readers, pair => CommitLastAsync(pair.Value, timeout)));
        foreach (var (partition, reader) in readers)
        {
            cache.Begin(partition, long.MaxValue);
            reader.Dispose();
        }

        _readers.Clear();
    }

    // A look at a reference unless something has changed.
    private void FollowPartitions()
    {
        var partitions = log.Partitions;
        if (ReferenceEquals(partitions, _partitions))
        {
            return;
        }

        _partitions = partitions;
        foreach (var partition in partitions)
        {
            if (log.QueueOf(partition) == queue && !_readers.ContainsKey(partition))
            {
                _readers.Add(partition, new RunningReader(makeReader(partition, _chunks.Writer)));
            }
        }

        foreach (var (partition, reader) in _readers)
        {
            if (!partitions.Contains(partition))
            {
                LogGone(partition);
                reader.Stop();
            }
        }
    }

    private async Task CommitLastAsync(RunningReader reader, TimeSpan timeout)
    {
        try
        {
            await reader.CommitLastAsync(timeout, time);
        }
        catch (Exception e)
        {
            LogLastCommitFailed(e);
        }
    }

    [LoggerMessage(EventId = 1310, Level = LogLevel.Warning, Message = "The last commit of a partition failed; its newest events are read again at the next start")]
    private partial void LogLastCommitFailed(Exception exception);

    [LoggerMessage(EventId = 1311, Level = LogLevel.Warning, Message = "Partition {Partition} is not one of the log's any more; it is not read any further")]
    private partial void LogGone(int partition);
}
