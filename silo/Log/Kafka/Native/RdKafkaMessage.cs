using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>rd_kafka_message_t: a message, or an error or event with an offset. The library's memory; valid until it is destroyed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct RdKafkaMessage
{
    /// <summary>0 for a message, otherwise one of <see cref="RdKafkaError"/>.</summary>
    public readonly int Error;

    /// <summary>The topic's handle.</summary>
    public readonly nint Topic;

    /// <summary>The partition in its topic.</summary>
    public readonly int Partition;

    /// <summary>The value, null for a tombstone; for an error its text.</summary>
    public readonly byte* Payload;

    /// <summary>Its bytes.</summary>
    public readonly nuint PayloadSize;

    /// <summary>The key; null without one.</summary>
    public readonly byte* Key;

    /// <summary>Its bytes.</summary>
    public readonly nuint KeySize;

    /// <summary>The offset; for the end of the partition that of the next message.</summary>
    public readonly long Offset;

    private readonly nint _private;

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value => new(Payload, checked((int)PayloadSize));

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> KeyBytes => new(Key, checked((int)KeySize));
}
