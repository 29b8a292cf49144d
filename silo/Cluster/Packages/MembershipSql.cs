namespace Analytics.Silo.Cluster;

/// <summary>
/// SQL of the membership tables. Names of tables, columns, statements and parameters are those that Orleans' ADO.NET provider reads and binds; a change counts only
/// when the version is still the one that its silo has read, and raises it, in one statement.
/// </summary>
internal static class MembershipSql
{
    /// <summary>Makes the tables where they are missing.</summary>
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (
            DeploymentId text PRIMARY KEY, Timestamp timestamptz NOT NULL DEFAULT now(), Version integer NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
            DeploymentId text NOT NULL REFERENCES OrleansMembershipVersionTable, Address text NOT NULL, Port integer NOT NULL, Generation integer NOT NULL,
            SiloName text NOT NULL, HostName text NOT NULL, Status integer NOT NULL, ProxyPort integer, SuspectTimes text,
            StartTime timestamptz NOT NULL, IAmAliveTime timestamptz NOT NULL,
            PRIMARY KEY (DeploymentId, Address, Port, Generation));
        """;

    /// <summary>Keeps a statement: <c>@name</c>, <c>@text</c>.</summary>
    public const string SaveStatement =
        "INSERT INTO OrleansQuery VALUES (@name, @text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText WHERE OrleansQuery.QueryText <> excluded.QueryText";

    private const string Member = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";
    private const string Dead = "6";

    private const string Read =
        "SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version "
        + "FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId";

    // The version's row is locked by whoever raises it: another silo waits, and finds that it has read an older version.
    private const string Raise =
        "WITH raised AS (UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now() WHERE DeploymentId = @DeploymentId AND Version = @Version AND ";

    /// <summary>The provider's statements.</summary>
    public static readonly IReadOnlyDictionary<string, string> Statements = new Dictionary<string, string>
    {
        ["InsertMembershipVersionKey"] =
            "WITH added AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*)::integer FROM added",
        ["InsertMembershipKey"] =
            Raise + $"NOT EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {Member}) RETURNING DeploymentId), "
            + "added AS (INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime) "
            + "SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised RETURNING 1) "
            + "SELECT count(*)::integer FROM added",
        ["UpdateMembershipKey"] =
            Raise + $"EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {Member}) RETURNING DeploymentId), "
            + "changed AS (UPDATE OrleansMembershipTable m SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime FROM raised "
            + "WHERE m.DeploymentId = raised.DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation RETURNING 1) "
            + "SELECT count(*)::integer FROM changed",
        ["UpdateIAmAlivetimeKey"] = $"UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime WHERE {Member}",
        ["MembershipReadRowKey"] =
            Read + " AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation WHERE v.DeploymentId = @DeploymentId",
        ["MembershipReadAllKey"] = Read + " WHERE v.DeploymentId = @DeploymentId",
        ["GatewaysQueryKey"] =
            "SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0",
        ["DeleteMembershipTableEntriesKey"] =
            "DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId; DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId",

        // Only the dead are cleaned away: a silo that is starting, or has not said for long that it lives, is for the others to judge.
        ["CleanupDefunctSiloEntriesKey"] =
            $"DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status = {Dead}",
    };
}
