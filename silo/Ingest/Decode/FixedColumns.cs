using System.Text;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// The columns every metric's table has by itself, by their bytes; no field can have their names. (<c>_time</c> and <c>_id</c> have a meaning in fields.)
/// </summary>
internal static class FixedColumns
{
    private static readonly byte[][] Names = [.. Grains.Columns.FixedColumns.All.Select(column => Encoding.UTF8.GetBytes(column.Name))];

    /// <summary>Whether a field name is one of them.</summary>
    public static bool Contains(ReadOnlySpan<byte> name)
    {
        // All of them begin so, and hardly any field does.
        if (name[0] != (byte)'_')
        {
            return false;
        }

        foreach (var known in Names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }
}
