namespace Analytics.Silo.Ingest.Streams;

/// <summary><c>Analytics:Ingest</c>: how much of a partition is read ahead of its actors.</summary>
public sealed record IngestOptions
{
    /// <summary>Bytes of log records decoded in one go, 4 KiB-64 MiB. 1 MiB is about 7,000 ordinary events and a few milliseconds. Up to eight times as many
    /// are taken while there is more to read and the events are of very many metrics, see <see cref="ChunkSize"/>.</summary>
    public int ChunkBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes of decoded batches that wait for their actors in each queue, 1 MiB-4 GiB; beyond it reading pauses. 16 MiB are a fraction of a second of
    /// a busy log; all of it lives while it waits, and what lives long is costly to collect.</summary>
    public long CacheBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>Bytes of events this process holds between log and tables, over all partitions and metrics, 16 MiB-1 TiB; beyond it reading pauses. With
    /// the tables away this is what fills up: 512 MiB is some seconds of a busy silo, and leaves room on a machine of 2 GiB.</summary>
    public long MemoryBytesMax { get; init; } = 512L * 1024 * 1024;

    /// <summary>Chunks of a partition that wait for acknowledgements, 16-1,000,000; beyond it reading pauses. Each takes about 100 bytes and 8 for each of its
    /// metrics; 65,536 small chunks are minutes of a quiet log.</summary>
    public int OpenChunksMax { get; init; } = 65_536;

    /// <summary>Seconds an open chunk may stay without anything moving before its actors are asked whether they still have its batches, 1-3,600. A batch
    /// lost with its machine delays commits by twice this; asking costs nothing otherwise.</summary>
    public int StallSeconds { get; init; } = 30;

    /// <summary>Milliseconds between commits of a partition's durable offset, 100-60,000.</summary>
    public int CommitIntervalMs { get; init; } = 500;
}
