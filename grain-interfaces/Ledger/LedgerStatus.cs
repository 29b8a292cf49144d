using Orleans;

namespace Analytics.GrainInterfaces.Ledger;

/// <summary>What a receiver needs to know of its epoch.</summary>
/// <param name="IsCurrent">False when the epoch has ended (fenced off, a gap, a lost ledger): the receiver opens a new one and reads again from the committed offset.</param>
/// <param name="DurableOffset">Every record before it is durable: the log may commit it.</param>
/// <param name="OpenChunks">Chunks that wait for acknowledgements.</param>
/// <param name="EndReason">Why the epoch has ended, when it has.</param>
[GenerateSerializer, Immutable, Alias("analytics.LedgerStatus")]
public sealed record LedgerStatus(
    [property: Id(0)] bool IsCurrent,
    [property: Id(1)] long DurableOffset,
    [property: Id(2)] int OpenChunks,
    [property: Id(3)] string? EndReason = null);
