using System.Runtime.InteropServices;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Offsets of many partitions, asked or told in one call of the library. The calls block; one caller at a time.</summary>
internal static unsafe class PartitionList
{
    /// <summary>Logical offset: what comes next.</summary>
    private const long End = -1;

    /// <summary>Ends of partitions, as a reader sees them; partitions that cannot be reached, as of a deleted topic, are missing.</summary>
    /// <exception cref="EventLogException">Nothing was answered.</exception>
    public static Dictionary<KafkaPartition, long> ReadEnds(nint handle, IReadOnlyList<KafkaPartition> partitions, int timeoutMs) =>
        Ask(partitions, End, isWhole: false, "the ends of partitions", list => RdKafka.OffsetsForTimes(handle, (RdKafkaPartitions*)list, timeoutMs));

    /// <summary>Committed offsets of the group; partitions without one are missing.</summary>
    /// <exception cref="EventLogException">Nothing was answered.</exception>
    public static Dictionary<KafkaPartition, long> ReadCommitted(nint handle, IReadOnlyList<KafkaPartition> partitions, int timeoutMs) =>
        Ask(partitions, 0, isWhole: true, "committed offsets", list => RdKafka.Committed(handle, (RdKafkaPartitions*)list, timeoutMs));

    /// <summary>Commits; blocks until the group's coordinator has answered or cannot be found.</summary>
    /// <exception cref="EventLogException">At least one offset was not committed.</exception>
    public static void Commit(nint handle, IReadOnlyList<KeyValuePair<KafkaPartition, long>> offsets)
    {
        var list = RdKafka.PartitionsNew(offsets.Count);
        try
        {
            foreach (var (partition, offset) in offsets)
            {
                RdKafka.PartitionsAdd(list, partition.Topic, partition.Partition)->Offset = offset;
            }

            var error = RdKafka.Commit(handle, list, isAsync: 0);
            for (var i = 0; error == 0 && i < list->Count; i++)
            {
                error = list->Items[i].Error;
            }

            if (error != 0)
            {
                throw new EventLogException($"Kafka does not commit offsets: {RdKafkaError.Describe(error)}.");
            }
        }
        finally
        {
            RdKafka.PartitionsDestroy(list);
        }
    }

    private static Dictionary<KafkaPartition, long> Ask(
        IReadOnlyList<KafkaPartition> partitions, long question, bool isWhole, string what, Func<nint, int> call)
    {
        var answers = new Dictionary<KafkaPartition, long>(partitions.Count);
        if (partitions.Count == 0)
        {
            return answers;
        }

        var list = RdKafka.PartitionsNew(partitions.Count);
        try
        {
            foreach (var partition in partitions)
            {
                RdKafka.PartitionsAdd(list, partition.Topic, partition.Partition)->Offset = question;
            }

            var error = call((nint)list);
            if (error != 0)
            {
                throw new EventLogException($"Kafka does not tell {what}: {RdKafkaError.Describe(error)}.");
            }

            // The library may return them in another order.
            var byName = partitions.ToDictionary(partition => (partition.Topic, partition.Partition));
            for (var i = 0; i < list->Count; i++)
            {
                var item = list->Items[i];
                var partition = byName[(Marshal.PtrToStringUTF8((nint)item.Topic)!, item.Partition)];
                if (item.Error != 0 && isWhole)
                {
                    throw new EventLogException($"Kafka does not tell {what} ({partition}): {RdKafkaError.Describe(item.Error)}.");
                }

                if (item.Error == 0 && item.Offset >= 0)
                {
                    answers[partition] = item.Offset;
                }
            }

            return answers;
        }
        finally
        {
            RdKafka.PartitionsDestroy(list);
        }
    }
}
