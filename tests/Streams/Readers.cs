using System.Threading.Channels;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Streams;

/// <summary>Readers of partitions as tests need them: everything not named is as in the product, memory unbounded.</summary>
internal static class Readers
{
    public static PartitionReader Of(
        ChannelWriter<Chunk> chunks,
        IEventLog log,
        FakeLedger ledger,
        IngestInstruments instruments,
        int partition = 0,
        IngestOptions? options = null,
        HeldMemory? memory = null) =>
        new(
            partition, chunks, log, ledger.Factory, new LimitsOptions(), options ?? new IngestOptions(), memory ?? new HeldMemory(long.MaxValue), TimeProvider.System,
            instruments, NullLogger.Instance);
}
