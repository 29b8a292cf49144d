using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>
/// The part of librdkafka's C API that reading needs (rdkafka.h, the same from 1.9 on). Batches of messages come as pointers into the library's memory:
/// the managed client's one object a message costs five times as much.
/// </summary>
internal static unsafe partial class RdKafka
{
    /// <summary>The library's name for the loader; <see cref="RdKafkaLibrary"/> finds it.</summary>
    public const string Name = "librdkafka";

    /// <summary>rd_kafka_type_t: consumer.</summary>
    public const int Consumer = 1;

    /// <summary>rd_kafka_conf_res_t: done.</summary>
    public const int ConfOk = 0;

    [LibraryImport(Name, EntryPoint = "rd_kafka_version_str")]
    public static partial byte* VersionText();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfDestroy(nint conf);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfSet(nint conf, string name, string value, byte* error, nuint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void ConfSetOpaque(nint conf, nint opaque);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void ConfSetLog(nint conf, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> log);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void ConfSetError(nint conf, delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void> error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_opaque")]
    public static partial nint Opaque(nint handle);

    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint conf, byte* error, nuint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint handle);

    [LibraryImport(Name, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint handle, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_clusterid")]
    public static partial byte* ClusterId(nint handle, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mem_free")]
    public static partial void Free(nint handle, void* memory);

    [LibraryImport(Name, EntryPoint = "rd_kafka_err2str")]
    public static partial byte* ErrorText(int error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_last_error")]
    public static partial int LastError();

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TopicNew(nint handle, string topic, nint conf);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata")]
    public static partial int Metadata(nint handle, int allTopics, nint onlyTopic, RdKafkaMetadata** metadata, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata_destroy")]
    public static partial void MetadataDestroy(RdKafkaMetadata* metadata);

    [LibraryImport(Name, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryWatermarks(nint handle, string topic, int partition, long* low, long* high, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_offsets_for_times")]
    public static partial int OffsetsForTimes(nint handle, RdKafkaPartitions* partitions, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_committed")]
    public static partial int Committed(nint handle, RdKafkaPartitions* partitions, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_commit")]
    public static partial int Commit(nint handle, RdKafkaPartitions* partitions, int isAsync);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial RdKafkaPartitions* PartitionsNew(int size);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial RdKafkaPartition* PartitionsAdd(RdKafkaPartitions* partitions, string topic, int partition);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void PartitionsDestroy(RdKafkaPartitions* partitions);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_new")]
    public static partial nint QueueNew(nint handle);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_cb_event_enable")]
    public static partial void QueueEvent(nint queue, delegate* unmanaged[Cdecl]<nint, nint, void> arrived, nint opaque);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_start_queue")]
    public static partial int ConsumeStart(nint topic, int partition, long offset, nint queue);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_stop")]
    public static partial int ConsumeStop(nint topic, int partition);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatch(nint queue, int timeoutMs, RdKafkaMessage** messages, nuint size);

    [LibraryImport(Name, EntryPoint = "rd_kafka_message_destroy")]
    [SuppressGCTransition]
    public static partial void MessageDestroy(RdKafkaMessage* message);

    [LibraryImport(Name, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long MessageTimestamp(RdKafkaMessage* message, int* kind);

    [LibraryImport(Name, EntryPoint = "rd_kafka_message_headers")]
    [SuppressGCTransition]
    public static partial int MessageHeaders(RdKafkaMessage* message, nint* headers);

    [LibraryImport(Name, EntryPoint = "rd_kafka_header_get_all")]
    [SuppressGCTransition]
    public static partial int HeaderAt(nint headers, nuint index, byte** name, void** value, nuint* size);
}
