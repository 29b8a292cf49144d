using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>rd_kafka_topic_partition_t: an entry of a list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RdKafkaPartition
{
    /// <summary>The topic's name.</summary>
    public byte* Topic;

    /// <summary>The partition in its topic.</summary>
    public int Partition;

    /// <summary>What is asked or answered; negative values have a meaning of their own.</summary>
    public long Offset;

    private readonly void* _metadata;
    private readonly nuint _metadataSize;
    private readonly void* _opaque;

    /// <summary>One of <see cref="RdKafkaError"/>, 0 for none.</summary>
    public int Error;

    private readonly void* _private;
}
