using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Analytics.Silo.Log.Kafka.Native;
using Confluent.Kafka;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Copies a message's headers out of the library, and into it.</summary>
internal static unsafe class KafkaHeaders
{
    /// <summary>Headers as the client takes them.</summary>
    /// <param name="encoded">As <see cref="LogHeaders"/> writes them.</param>
    public static Headers Of(ReadOnlySpan<byte> encoded)
    {
        var headers = new Headers();
        for (var header = new LogHeaders(encoded); header.MoveNext();)
        {
            headers.Add(Encoding.UTF8.GetString(header.Name), header.IsNull ? null : header.Value.ToArray());
        }

        return headers;
    }

    /// <summary>Appends them as <see cref="LogHeaders"/>; nothing when there are none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Gets them.</param>
    /// <param name="only">The name of the ones that are wanted; empty for all.</param>
    public static void Write(RdKafkaMessage* message, IBufferWriter<byte> output, ReadOnlySpan<byte> only = default)
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
            if (!only.IsEmpty && !nameBytes.SequenceEqual(only))
            {
                continue;
            }

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
