using Analytics.GrainInterfaces.Batches;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>What is handed to a metric's actor at once: everything that waited for its stream, in order.</summary>
[GenerateSerializer, Immutable, Alias("analytics.MetricBatches")]
public sealed class MetricBatches : IBatchContainer
{
    /// <summary>Wraps batches of one stream.</summary>
    /// <param name="streamId">The metric's stream.</param>
    /// <param name="batches">One or more, in log order.</param>
    public MetricBatches(StreamId streamId, EventBatch[] batches)
    {
        StreamId = streamId;
        Batches = batches;
    }

    /// <inheritdoc />
    [Id(0)]
    public StreamId StreamId { get; }

    /// <summary>The batches, in log order.</summary>
    [Id(1)]
    public EventBatch[] Batches { get; }

    /// <inheritdoc />
    public StreamSequenceToken SequenceToken => TokenOf(Batches[0]);

    /// <inheritdoc />
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        foreach (var batch in Batches)
        {
            if (batch is T item)
            {
                yield return Tuple.Create<T, StreamSequenceToken>(item, TokenOf(batch));
            }
        }
    }

    /// <inheritdoc />
    public bool ImportRequestContext() => false;

    private static LogSequenceToken TokenOf(EventBatch batch) => new LogSequenceToken(batch.Offsets[0], batch.Origin.ChunkIndex);
}
