using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Ledger;

namespace Analytics.Tests.Simulation;

/// <summary>The way to a partition's ledger: the call may be lost, or its answer.</summary>
internal sealed class SimLedgerCall(SimCluster cluster, SimDomain caller, int partition) : IPartitionGrain
{
    public Task<long> OpenAsync(long committedOffset) => CallAsync(ledger => ledger.Open(committedOffset), "open");

    public Task<LedgerStatus> RegisterAsync(long epoch, ChunkRegistration chunk) => CallAsync(
        ledger =>
        {
            var status = ledger.Register(epoch, chunk);
            if (cluster.IsLedgerHasty)
            {
                ledger.Acknowledge([.. Enumerable.Range(0, chunk.BatchCount).Select(index => new BatchAcknowledgement(partition, epoch, chunk.ChunkId, index))]);
            }

            return status;
        },
        "register");

    public Task<LedgerStatus> GetStatusAsync(long epoch) => CallAsync(ledger => ledger.Describe(epoch), "status");

    public Task<BatchAcknowledgement[]> GetMissingAsync(long epoch, int batchesMax) =>
        CallAsync(ledger => ledger.DescribeMissing(partition, epoch, batchesMax), "missing");

    public Task AcknowledgeAsync(BatchAcknowledgement[] acknowledgements) => CallAsync(
        ledger =>
        {
            ledger.Acknowledge(acknowledgements);
            return 0;
        },
        $"acknowledge {string.Join(' ', acknowledgements.Select(batch => $"{batch.ChunkId}.{batch.ChunkIndex}"))}");

    public Task EndEpochAsync(long epoch, string reason) => CallAsync(
        ledger =>
        {
            ledger.End(epoch, reason);
            return 0;
        },
        $"end: {reason}");

    private async Task<T> CallAsync<T>(Func<Grains.Partitions.Ledger, T> call, string what)
    {
        await cluster.World.PauseAsync();
        if (cluster.World.Chance(cluster.Faults.CallLost))
        {
            throw new TimeoutException($"The call of {caller.Name} to ledger {partition} was lost (injected).");
        }

        var home = cluster.LedgerOf(partition);
        var answer = await home.Domain.CallAsync(() => Task.FromResult(call(home.Ledgers[partition])));
        cluster.World.Note($"ledger {partition}: {what} -> {answer}");
        await cluster.World.PauseAsync();
        return cluster.World.Chance(cluster.Faults.AnswerLost)
            ? throw new TimeoutException($"The answer of ledger {partition} to {caller.Name} was lost (injected).")
            : answer;
    }
}
