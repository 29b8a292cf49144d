using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>rd_kafka_metadata_t: what a broker says of topics.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct RdKafkaMetadata
{
    private readonly int _brokerCount;
    private readonly void* _brokers;

    /// <summary>Topics.</summary>
    public readonly int TopicCount;

    /// <summary>The first of them.</summary>
    public readonly TopicEntry* Topics;

    private readonly int _originId;
    private readonly byte* _originName;

    /// <summary>rd_kafka_metadata_topic_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct TopicEntry
    {
        /// <summary>Its name.</summary>
        public readonly byte* Name;

        /// <summary>Partitions, 0 to this - 1.</summary>
        public readonly int PartitionCount;

        private readonly void* _partitions;

        /// <summary>One of <see cref="RdKafkaError"/>, 0 for none.</summary>
        public readonly int Error;
    }
}
