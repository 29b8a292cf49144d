using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse.Embedded;

namespace Analytics.Bench.Peers;

/// <summary>chDB as a peer opens it: with its own defaults, but for what an old broker needs.</summary>
internal static class PeerEngine
{
    // As often as the watcher looks.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The table both peers fill: eight typed columns, none of them nullable.</summary>
    public const string CreateTable = """
        CREATE TABLE events (ts DateTime64(3), user String, amount Float64, quantity Int64, ok Bool, country String, session String, page String)
        ENGINE = MergeTree ORDER BY ts
        """;

    /// <summary>Opens a connection, and the engine with the first one.</summary>
    public static EmbeddedConnection Open(string dataDirectory)
    {
        ChdbLibrary.Load(ChdbLibrary.Locate(null, Environment.GetEnvironmentVariable));
        Directory.CreateDirectory(dataDirectory);
        var configPath = Path.Combine(dataDirectory, "config.xml");
        if (!File.Exists(configPath))
        {
            File.WriteAllText(configPath, """
                <clickhouse>
                  <kafka>
                    <broker_version_fallback>0.9.0.1</broker_version_fallback>
                    <api_version_request>false</api_version_request>
                    <session_timeout_ms>20000</session_timeout_ms>
                    <auto_offset_reset>earliest</auto_offset_reset>
                  </kafka>
                </clickhouse>
                """);
        }

        return EmbeddedConnection.Open(["--path=" + Path.Combine(dataDirectory, "clickhouse"), "--config-file=" + configPath]);
    }

    /// <summary>Runs a statement without an answer.</summary>
    public static void Execute(this EmbeddedConnection connection, string sql) => connection.Query(sql, "Null", null);

    /// <summary>Writes the table's number of rows each time it has changed, for ever.</summary>
    public static async Task TellRowsAsync(EmbeddedConnection connection)
    {
        for (var told = -1L; ; await Task.Delay(LookEvery))
        {
            var rows = long.Parse(Encoding.UTF8.GetString(connection.Query("SELECT count() FROM events", "TSV", null)), CultureInfo.InvariantCulture);
            if (rows != told)
            {
                Console.WriteLine(rows.ToString(CultureInfo.InvariantCulture));
                told = rows;
            }
        }
    }
}
