using System.Buffers;
using System.Runtime.InteropServices;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Copies a message's headers out of the library.</summary>
internal static unsafe class KafkaHeaders
{
    /// <summary>Appends them as <see cref="LogHeaders"/>; nothing when there are none.</summary>
    public static void Write(RdKafkaMessage* message, IBufferWriter<byte> output)
    {
        nint headers;
        if (RdKafka.MessageHeaders(message, &headers) != 0)
        {
            return;
        }

        byte* name;
        void* value;
        nuint size;
        for (nuint i = 0; RdKafka.HeaderAt(headers, i, &name, &value, &size) == 0; i++)
        {
            var nameBytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            if (value is null)
            {
                LogHeaders.AppendNull(output, nameBytes);
            }
            else
            {
                LogHeaders.Append(output, nameBytes, new ReadOnlySpan<byte>(value, checked((int)size)));
            }
        }
    }
}
