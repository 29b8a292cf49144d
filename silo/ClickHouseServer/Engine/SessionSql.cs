using System.Text;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>Statements that set a connection up for a request.</summary>
internal static class SessionSql
{
    /// <summary>The database that a connection begins in.</summary>
    public const string DefaultDatabase = "default";

    /// <summary>Sets settings; values are texts, which the engine reads as the setting's type.</summary>
    public static string Set(IEnumerable<KeyValuePair<string, string>> settings) =>
        "SET " + string.Join(", ", settings.Select(setting => $"{SqlText.Identifier(setting.Key)} = {SqlText.Literal(setting.Value)}"));

    /// <summary>Sets settings back: those that were changed to what they were, the others to the engine's own.</summary>
    /// <param name="before">Name, value, and whether it was changed (1), as <see cref="Read"/> answers.</param>
    public static string Restore(IEnumerable<string?[]> before)
    {
        var text = new StringBuilder("SET ");
        foreach (var setting in before)
        {
            text.Append(text.Length > 4 ? ", " : string.Empty).Append(SqlText.Identifier(setting[0]!)).Append(" = ")
                .Append(setting[2] == "1" ? SqlText.Literal(setting[1]!) : "DEFAULT");
        }

        return text.ToString();
    }

    /// <summary>Asks what settings are, all columns as text.</summary>
    public static string Read(IEnumerable<KeyValuePair<string, string>> settings) =>
        $"SELECT name, value, toString(changed) FROM system.settings WHERE name IN ({string.Join(", ", settings.Select(setting => SqlText.Literal(setting.Key)))})";

    /// <summary>Changes the database of names without one.</summary>
    public static string Use(string database) => "USE " + SqlText.Identifier(database);
}
