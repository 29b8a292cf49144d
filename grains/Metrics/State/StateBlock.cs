using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics.State;

/// <summary>Entries as one block for <c>analytics.state</c>. Native, so that their bytes go in as they are: as text they would be a third longer, or escaped.</summary>
internal static class StateBlock
{
    private const string Text = "String";

    /// <summary>Encodes entries.</summary>
    /// <param name="entries">One or more.</param>
    /// <param name="savedMs">The time to note, UTC milliseconds since 1970.</param>
    public static InsertBlock Of(IReadOnlyList<StateEntry> entries, long savedMs)
    {
        var buffer = new NativeBuffer();
        buffer.Reserve(entries.Sum(static entry => entry.SizeBytes) + 256);
        string[] names = ["name", "grain", "state", "version", "saved"];
        buffer.WriteVarUInt((uint)names.Length);
        buffer.WriteVarUInt((uint)entries.Count);
        WriteHead(buffer, names[0], Text);
        foreach (var entry in entries)
        {
            buffer.WriteString(entry.Name);
        }

        WriteHead(buffer, names[1], Text);
        foreach (var entry in entries)
        {
            buffer.WriteString(entry.Key);
        }

        WriteHead(buffer, names[2], Text);
        foreach (var entry in entries)
        {
            buffer.WriteString(entry.State.Span);
        }

        WriteHead(buffer, names[3], "UInt64");
        foreach (var entry in entries)
        {
            BitConverter.TryWriteBytes(buffer.Take(sizeof(ulong)), entry.Version);
        }

        WriteHead(buffer, names[4], "DateTime64(3, 'UTC')");
        foreach (var _ in entries)
        {
            BitConverter.TryWriteBytes(buffer.Take(sizeof(long)), savedMs);
        }

        // The table keeps no tokens: the same entry again would do no harm.
        return new InsertBlock(SystemTables.Database, SystemTables.State, names, buffer.Written, entries.Count, Guid.NewGuid().ToString("N"));
    }

    private static void WriteHead(NativeBuffer buffer, string name, string type)
    {
        buffer.WriteString(name);
        buffer.WriteString(type);
    }
}
