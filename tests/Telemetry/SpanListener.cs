using System.Diagnostics;
using Analytics.Grains.Telemetry;

namespace Analytics.Tests.Telemetry;

/// <summary>Listens to the spans of one trace; what other tests do at the same time is not sampled.</summary>
internal sealed class SpanListener : IDisposable
{
    public const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    public const string Parent = $"00-{TraceId}-b7ad6b7169203331-01";

    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == PipelineTrace.SourceName,
        Sample = static (ref ActivityCreationOptions<ActivityContext> span) =>
            span.Parent.TraceId.ToHexString() == TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
    };

    public SpanListener() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
