using Analytics.Grains.Configuration;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Finds the events in a request body and judges each by the decoder's own code, without building columns.
/// An event's verdict depends on its own bytes only, so a body may be cut between events in any way before it goes to the log.
/// Reusable; not safe for concurrent calls.
/// </summary>
internal sealed class EventSplitter
{
    private readonly EventWalker<VerdictSink> _walker;

    /// <summary>Uses the limits the decoder uses.</summary>
    public EventSplitter(LimitsOptions limits) => _walker = new EventWalker<VerdictSink>(limits, new VerdictSink());

    /// <summary>Splits events with an envelope: one event, an array, or newline-separated events. Never throws, whatever the bytes.</summary>
    /// <param name="body">The decompressed body.</param>
    /// <param name="found">Cleared, then filled in the order of the body; one entry at least.</param>
    public void Split(ReadOnlySpan<byte> body, List<SplitEvent> found) => Walk(body, found, null);

    /// <summary>Splits bare field objects, as they will be judged once <paramref name="envelope"/> has wrapped them.</summary>
    /// <param name="body">The decompressed body.</param>
    /// <param name="envelope">What will wrap them.</param>
    /// <param name="found">Cleared, then filled in the order of the body; one entry at least.</param>
    public void SplitBare(ReadOnlySpan<byte> body, BareEventWriter envelope, List<SplitEvent> found) => Walk(body, found, envelope.Events);

    /// <summary>Splits a message of a topic of other producers, or a part of one.</summary>
    /// <param name="body">The decompressed bytes.</param>
    /// <param name="mapping">The topic's mapping.</param>
    /// <param name="parts">The message's key and headers.</param>
    /// <param name="found">Cleared, then filled in the order of the body; one entry at least.</param>
    public void SplitMapped(ReadOnlySpan<byte> body, BareEvents mapping, in MessageParts parts, List<SplitEvent> found) =>
        Walk(body, found, mapping, parts);

    /// <summary>The UTF-8 key <c>project/metric</c> of an event of the latest split; valid until the next one.</summary>
    public ReadOnlySpan<byte> KeyOf(int metricIndex) => _walker.Sink.Metrics[metricIndex];

    private void Walk(ReadOnlySpan<byte> body, List<SplitEvent> found, BareEvents? bare, in MessageParts parts = default)
    {
        found.Clear();
        _walker.Sink.Trim();
        _walker.Sink.Found = found;
        _walker.Walk(body, bare, parts);
    }
}
