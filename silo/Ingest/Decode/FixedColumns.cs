namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// The columns every metric's table has by itself; no field can have their names. (<c>_time</c> and <c>_id</c> have a meaning in fields.)
/// </summary>
internal static class FixedColumns
{
    /// <summary>Whether a field name is one of them.</summary>
    public static bool Contains(ReadOnlySpan<byte> name) =>
        name[0] == (byte)'_'
        && (name.SequenceEqual("_time"u8) || name.SequenceEqual("_id"u8) || name.SequenceEqual("_received"u8) || name.SequenceEqual("_partition"u8)
            || name.SequenceEqual("_offset"u8) || name.SequenceEqual("_seq"u8) || name.SequenceEqual("_inserted"u8)
            || name.SequenceEqual("_extra"u8));
}
