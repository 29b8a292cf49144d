using Orleans;

namespace Analytics.GrainInterfaces.Batches;

/// <summary>
/// Events of one metric from one log partition, as columns. Row <c>i</c> of every array is the same event; rows are in log order.
/// Immutable once built.
/// </summary>
[GenerateSerializer, Immutable, Alias("analytics.EventBatch")]
public sealed class EventBatch
{
    // The object and its arrays' heads.
    private const int ObjectBytes = 256;

    [NonSerialized]
    private string? _key;

    /// <summary>The project, a ClickHouse database.</summary>
    [Id(0)]
    public required string Project { get; init; }

    /// <summary>The metric, a table of that database.</summary>
    [Id(1)]
    public required string Metric { get; init; }

    /// <summary>Position in the log and in the ledger.</summary>
    [Id(2)]
    public required BatchOrigin Origin { get; init; }

    /// <summary>Event times, UTC milliseconds since 1970.</summary>
    [Id(3)]
    public required long[] Times { get; init; }

    /// <summary>When the log received each event, UTC milliseconds since 1970.</summary>
    [Id(4)]
    public required long[] Received { get; init; }

    /// <summary>Log offset of the message each event was in; ascending, repeated within a message.</summary>
    [Id(5)]
    public required long[] Offsets { get; init; }

    /// <summary>Index of each event in its message.</summary>
    [Id(6)]
    public required int[] Sequences { get; init; }

    /// <summary>End of each event's id in <see cref="IdHeap"/> (it starts where the one before ends); <see langword="null"/> when no event has one.</summary>
    [Id(7)]
    public int[]? IdEnds { get; init; }

    /// <summary>UTF-8 bytes of the ids, one after the other.</summary>
    [Id(8)]
    public byte[]? IdHeap { get; init; }

    /// <summary>One column a field that occurs in the batch, in order of first appearance.</summary>
    [Id(9)]
    public required FieldColumn[] Fields { get; init; }

    /// <summary>The spans it comes from; <see langword="null"/> when none of its events is traced.</summary>
    [Id(10)]
    public BatchTrace? Trace { get; init; }

    /// <summary>Number of events, 1 or more.</summary>
    public int Count => Times.Length;

    /// <summary>The stream and actor key, <c>project/metric</c>; given where one text serves many batches. It does not travel.</summary>
    public string Key
    {
        get => _key ??= MetricKey.Of(Project, Metric);
        init => _key = value;
    }

    /// <summary>Bytes this batch holds, its objects estimated: what buffers and caches count against their limits.</summary>
    public long SizeBytes
    {
        get
        {
            var size = ObjectBytes + (28L * Count) + (IdHeap?.Length ?? 0) + (4L * (IdEnds?.Length ?? 0));
            foreach (var column in Fields)
            {
                size += FieldColumn.ObjectBytes + column.Heap.Length + (8L * column.Count) + (4L * (column.Rows?.Length ?? 0)) + (column.Kinds?.Length ?? 0);
            }

            return size;
        }
    }

    /// <summary>The same events with other fields.</summary>
    public EventBatch With(FieldColumn[] fields) => With(Project, Metric, Origin, fields);

    /// <summary>The same events with other fields, of another metric or from elsewhere.</summary>
    public EventBatch With(string project, string metric, BatchOrigin origin, FieldColumn[] fields) => With(project, metric, origin, fields, Trace);

    /// <summary>The same events as part of a trace.</summary>
    public EventBatch With(BatchTrace trace) => With(Project, Metric, Origin, Fields, trace);

    /// <summary>The id of the event in <paramref name="row"/>, empty when it has none.</summary>
    public ReadOnlySpan<byte> IdAt(int row)
    {
        if (IdEnds is null)
        {
            return default;
        }

        var start = row == 0 ? 0 : IdEnds[row - 1];
        return IdHeap.AsSpan(start, IdEnds[row] - start);
    }

    private EventBatch With(string project, string metric, BatchOrigin origin, FieldColumn[] fields, BatchTrace? trace) => new()
    {
        Project = project,
        Metric = metric,
        Origin = origin,
        Times = Times,
        Received = Received,
        Offsets = Offsets,
        Sequences = Sequences,
        IdEnds = IdEnds,
        IdHeap = IdHeap,
        Fields = fields,
        Trace = trace,
    };
}
