using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>rd_kafka_topic_partition_list_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct RdKafkaPartitions
{
    /// <summary>Entries.</summary>
    public readonly int Count;

    private readonly int _size;

    /// <summary>The first entry.</summary>
    public readonly RdKafkaPartition* Items;
}
