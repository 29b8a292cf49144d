using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>rd_kafka_resp_err_t: the codes we tell apart. Negative ones are the library's own, others the broker's.</summary>
internal static class RdKafkaError
{
    /// <summary>The reader has come to the end of the partition.</summary>
    public const int PartitionEnd = -191;

    /// <summary>No broker can be reached.</summary>
    public const int AllBrokersDown = -187;

    /// <summary>A connection was refused or has ended.</summary>
    public const int Transport = -195;

    /// <summary>No address for a broker's name.</summary>
    public const int Resolve = -193;

    /// <summary>No encrypted connection.</summary>
    public const int Ssl = -181;

    /// <summary>The broker refused who we are.</summary>
    public const int Authentication = -169;

    /// <summary>The offset to go on at is not in the partition (with <c>auto.offset.reset=error</c>).</summary>
    public const int OffsetReset = -140;

    /// <summary>The leader's log was cut back below what was read.</summary>
    public const int LogTruncation = -139;

    /// <summary>The broker's word for <see cref="OffsetReset"/>.</summary>
    public const int OffsetOutOfRange = 1;

    /// <summary>The topic is not there.</summary>
    public const int UnknownTopic = 3;

    /// <summary>The topic is being made, or has no broker for now.</summary>
    public const int NoLeader = 5;

    /// <summary>What the library says of a code.</summary>
    public static unsafe string Describe(int error) => Marshal.PtrToStringUTF8((nint)RdKafka.ErrorText(error)) ?? $"error {error}";
}
