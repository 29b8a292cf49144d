using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics.State;

/// <summary>Reads entries from an answer in ClickHouse's RowBinary format: grain, name, version, state. It carries bytes as they are.</summary>
internal static class StateRows
{
    /// <summary>Reads the rows.</summary>
    /// <param name="answer">Rows of (String, String, UInt64, String).</param>
    /// <exception cref="FormatException">The answer ends within a row.</exception>
    public static List<StateEntry> Read(ReadOnlyMemory<byte> answer)
    {
        var entries = new List<StateEntry>();
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            var key = reader.ReadText();
            entries.Add(new StateEntry(reader.ReadText(), key, reader.ReadUInt64(), reader.ReadBytes()));
        }

        return entries;
    }
}
