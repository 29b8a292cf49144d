using Analytics.GrainInterfaces.Batches;
using Analytics.Tests.Columns;

namespace Analytics.Tests.Metrics;

/// <summary>Batches with an origin, of rows as tests write them.</summary>
internal static class Batches
{
    /// <summary>A batch of one metric.</summary>
    public static EventBatch Of(BatchOrigin origin, IEnumerable<TestRow> rows, string project = "p", string metric = "m")
    {
        var bare = new TestBatch(origin.Partition);
        bare.Rows.AddRange(rows);
        var built = bare.Build();
        return built.With(project, metric, origin, built.Fields);
    }

    /// <summary>A batch of bare rows at these offsets, of the epoch 1 that began at 0.</summary>
    public static EventBatch At(params long[] offsets) => At(0, offsets);

    /// <summary>The same, from a partition.</summary>
    public static EventBatch At(int partition, long[] offsets, long chunkId = 0) =>
        Of(new BatchOrigin(partition, 1, 0, -1, chunkId, 0), offsets.Select(offset => new TestRow { Offset = offset }));

    /// <summary>A batch of rows with these ids, at offsets from <paramref name="firstOffset"/> on.</summary>
    public static EventBatch WithIds(long firstOffset, params string[] ids) =>
        Of(new BatchOrigin(0, 1, 0, -1, 0, 0), ids.Select((id, i) => new TestRow { Offset = firstOffset + i, Id = id }));
}
