using System.Text;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// How long a table's name may be. ClickHouse names files after tables, percent-encoding every byte but letters, digits and <c>_</c>; when a table is
/// dropped its file is named <c>database.table.uuid.sql</c>, which must fit the 255 bytes of a file name.
/// </summary>
public static class TableNameLimit
{
    // 255 - 36 (uuid) - 4 (".sql") - 2 (dots).
    private const int BothBytesMax = 213;

    /// <summary>Whether a table of this name can be created in the database.</summary>
    public static bool Fits(string database, string table) => FileNameBytes(database) + FileNameBytes(table) <= BothBytesMax;

    /// <summary>Bytes the name takes in a file name.</summary>
    public static int FileNameBytes(string name)
    {
        var bytes = 0;
        foreach (var c in name)
        {
            bytes += char.IsAsciiLetterOrDigit(c) || c == '_' ? 1 : 0;
        }

        // Each other byte becomes %XX.
        return bytes + ((Encoding.UTF8.GetByteCount(name) - bytes) * 3);
    }
}
