using Analytics.GrainInterfaces.Ledger;

namespace Analytics.Grains.Metrics;

/// <summary>A batch that was taken and is not yet settled.</summary>
/// <param name="Acknowledgement">What is due to the ledger once it is.</param>
/// <param name="LastOffset">The batch's last offset.</param>
/// <param name="Duplicates">Its events that were dropped as repeats.</param>
internal readonly record struct TakenBatch(BatchAcknowledgement Acknowledgement, long LastOffset, long Duplicates);
