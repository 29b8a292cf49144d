using Analytics.Silo.ClickHouseServer.Protocol;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>What a connection is set up for. Two that are equal are as good as each other.</summary>
/// <param name="Access">Whose rights it has.</param>
/// <param name="Database">The database of names without one; <see langword="null"/> for the one it begins in.</param>
/// <param name="Settings">The settings as SQL; empty for none.</param>
internal sealed record ConnectionKind(ServedAccess Access, string? Database, string Settings)
{
    /// <summary>Describes a connection.</summary>
    public static ConnectionKind Of(ServedAccess access, string? database, IReadOnlyList<KeyValuePair<string, string>> settings) => new(
        access,
        database == SessionSql.DefaultDatabase ? null : database,
        settings.Count == 0 ? string.Empty : SessionSql.Set(settings));
}
