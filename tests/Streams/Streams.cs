using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Streams;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Orleans.Runtime;
using Orleans.Streams;
using Xunit;

namespace Analytics.Tests.Streams;

/// <summary>Batches and containers of streams, as the reader makes them.</summary>
internal static class Streams
{
    /// <summary>A metric's stream.</summary>
    public static StreamId Id(string metric) => StreamId.Create(StreamNames.Metrics, MetricKey.Of("p", metric));

    /// <summary>A batch of rows at offsets from <paramref name="offset"/> on.</summary>
    public static EventBatch Batch(string metric, long offset, int rowCount = 1, long epoch = 1, int partition = 0) => Batches.Of(
        new BatchOrigin(partition, epoch, 0, -1, offset, 0), Enumerable.Range(0, rowCount).Select(i => new TestRow { Offset = offset + i }), "p", metric);

    /// <summary>One container a batch.</summary>
    public static IList<IBatchContainer> Containers(params EventBatch[] batches) =>
        [.. batches.Select(batch => new MetricBatches(Id(batch.Metric), [batch]))];

    /// <summary>The batches a cursor holds out now.</summary>
    public static EventBatch[] Current(this IQueueCacheCursor cursor)
    {
        var container = (MetricBatches?)cursor.GetCurrent(out var exception);
        Assert.Null(exception);
        return container?.Batches ?? [];
    }
}
