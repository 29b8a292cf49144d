namespace Analytics.Silo.Ingest.Streams;

/// <summary><c>Analytics:Ingest</c>: how much of a partition is read ahead of its actors.</summary>
public sealed record IngestOptions
{
    /// <summary>Bytes of log records decoded in one go, 4 KiB-64 MiB. 1 MiB is about 7,000 ordinary events and a few milliseconds.</summary>
    public int ChunkBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes of decoded batches that wait for their actors in each partition, 1 MiB-4 GiB; beyond it reading pauses.</summary>
    public long CacheBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Milliseconds between commits of a partition's durable offset, 100-60,000.</summary>
    public int CommitIntervalMs { get; init; } = 500;
}
