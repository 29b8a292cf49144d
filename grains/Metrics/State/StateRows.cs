using System.Buffers.Binary;
using System.Text;

namespace Analytics.Grains.Metrics.State;

/// <summary>Reads entries from an answer in ClickHouse's RowBinary format: name, version, state. It carries bytes as they are.</summary>
internal static class StateRows
{
    /// <summary>The format to ask for.</summary>
    public const string Format = "RowBinary";

    /// <summary>Reads the rows.</summary>
    /// <param name="answer">Rows of (String, UInt64, String).</param>
    /// <param name="key">Whose entries they are.</param>
    /// <exception cref="FormatException">The answer ends within a row.</exception>
    public static List<StateEntry> Read(ReadOnlyMemory<byte> answer, string key)
    {
        var entries = new List<StateEntry>();
        while (!answer.IsEmpty)
        {
            var name = Encoding.UTF8.GetString(TakeText(ref answer).Span);
            var version = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref answer, sizeof(ulong)).Span);
            entries.Add(new StateEntry(name, key, version, TakeText(ref answer)));
        }

        return entries;
    }

    private static ReadOnlyMemory<byte> TakeText(ref ReadOnlyMemory<byte> rest)
    {
        var length = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var one = Take(ref rest, 1).Span[0];
            length |= (long)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return Take(ref rest, length);
            }
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, long count)
    {
        if (count < 0 || count > rest.Length)
        {
            throw new FormatException($"An answer ends {count - rest.Length} bytes too early.");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
