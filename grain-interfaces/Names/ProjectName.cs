using System.Collections.Frozen;

namespace Analytics.GrainInterfaces.Names;

/// <summary>The rule for project names: <c>[a-z][a-z0-9_]{0,62}</c>, and none that ClickHouse or this system keeps for itself.</summary>
public static class ProjectName
{
    /// <summary>Bytes at most: short enough for a directory name on every file system.</summary>
    public const int BytesMax = 63;

    private static readonly FrozenSet<string> Reserved = new[]
    {
        "analytics", "system", "information_schema", "default", "_temporary_and_external_tables",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="name"/> has the form of a project name; says nothing about reserved ones.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > BytesMax || name[0] is < (byte)'a' or > (byte)'z')
        {
            return false;
        }

        foreach (var b in name)
        {
            if (b is not ((>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the name belongs to ClickHouse or to this system.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);
}
