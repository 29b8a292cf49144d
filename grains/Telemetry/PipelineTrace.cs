using System.Diagnostics;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Telemetry;

/// <summary>
/// The spans of an event's way, source <c>Analytics.Pipeline</c>: <c>append</c>, <c>decode</c>, <c>deliver</c>, <c>apply</c>, <c>insert</c>. There is one a body, a traced
/// record, a batch and a block, never one an event, and only for what was sampled when it was collected; without a listener each is a look at one field.
/// </summary>
internal static class PipelineTrace
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Analytics.Pipeline";

    /// <summary>Traced records of one chunk, and traced batches of one block, that are told of; more of them are counted where they are and not traced further.</summary>
    public const int SpansMax = 16;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Appending a body's records to the log.</summary>
    public static Activity? Append(int records) =>
        Source.HasListeners() ? Source.StartActivity("append", ActivityKind.Producer)?.SetTag("messaging.batch.message_count", records) : null;

    /// <summary>Decoding the chunk that a traced record is in.</summary>
    public static Activity? Decode(ActivityContext parent, int partition, long offset, DateTime begin)
    {
        var span = Source.StartActivity("decode", ActivityKind.Consumer, parent, tags: null, links: null, begin);
        return span?.SetTag("messaging.destination.partition.id", partition).SetTag("analytics.log.offset", offset);
    }

    /// <summary>The way of a batch from its decoder to its actor; over when this is called.</summary>
    public static void Delivered(BatchTrace trace, DateTime now)
    {
        if (TryParse(trace.Spans[0], out var parent))
        {
            Source.StartActivity("deliver", ActivityKind.Internal, parent, tags: null, links: null, new DateTime(trace.SinceTicks, DateTimeKind.Utc))
                ?.SetEndTime(now).Dispose();
        }
    }

    /// <summary>Taking a batch into live state and buffer.</summary>
    public static Activity? Apply(EventBatch batch, BatchTrace trace) =>
        Start("apply", ActivityKind.Consumer, trace.Spans)
            ?.SetTag("analytics.project", batch.Project).SetTag("analytics.metric", batch.Metric).SetTag("analytics.rows", batch.Count);

    /// <summary>Writing a block.</summary>
    /// <param name="spans">The spans that took the block's traced batches; none for no span.</param>
    /// <param name="project">The database.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">Rows of the block.</param>
    public static Activity? Insert(IReadOnlyList<string> spans, string project, string table, int rows) =>
        Start("insert", ActivityKind.Client, spans)
            ?.SetTag("db.system.name", "clickhouse").SetTag("db.operation.name", "INSERT").SetTag("db.namespace", project)
            .SetTag("db.collection.name", table).SetTag("analytics.rows", rows);

    /// <summary>Notes that what a span is about has failed.</summary>
    public static void Fail(this Activity? span, Exception exception) =>
        span?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error, exception.Message);

    private static Activity? Start(string name, ActivityKind kind, IReadOnlyList<string> spans)
    {
        if (spans.Count == 0 || !Source.HasListeners() || !TryParse(spans[0], out var parent))
        {
            return null;
        }

        var links = new List<ActivityLink>();
        foreach (var span in spans.Skip(1))
        {
            if (TryParse(span, out var linked))
            {
                links.Add(new ActivityLink(linked));
            }
        }

        return Source.StartActivity(name, kind, parent, tags: null, links.Count > 0 ? links : null);
    }

    private static bool TryParse(string span, out ActivityContext context) => ActivityContext.TryParse(span, null, isRemote: true, out context);
}
