using Analytics.GrainInterfaces.Ledger;

namespace Analytics.Grains.Metrics;

/// <summary>A batch that was taken and is not yet settled.</summary>
/// <param name="Acknowledgement">What is due to the ledger once it is.</param>
/// <param name="LastOffset">The batch's last offset.</param>
/// <param name="Duplicates">Its events that were dropped as repeats.</param>
internal readonly record struct TakenBatch(BatchAcknowledgement Acknowledgement, long LastOffset, long Duplicates)
{
    /// <summary>The span that took it, as W3C's <c>traceparent</c>; <see langword="null"/> when none of its events is traced.</summary>
    public string? Span { get; init; }
}
