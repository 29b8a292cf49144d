using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics.State;

/// <summary>Reads entries from an answer in ClickHouse's RowBinary format: name, version, state. It carries bytes as they are.</summary>
internal static class StateRows
{
    /// <summary>Reads the rows.</summary>
    /// <param name="answer">Rows of (String, UInt64, String).</param>
    /// <param name="key">Whose entries they are.</param>
    /// <exception cref="FormatException">The answer ends within a row.</exception>
    public static List<StateEntry> Read(ReadOnlyMemory<byte> answer, string key)
    {
        var entries = new List<StateEntry>();
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            entries.Add(new StateEntry(reader.ReadText(), key, reader.ReadUInt64(), reader.ReadBytes()));
        }

        return entries;
    }
}
