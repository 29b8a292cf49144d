using System.Globalization;
using Analytics.Bench.Kafka;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;

namespace Analytics.Bench.Peers;

/// <summary>
/// Makes a stopped silo's table large without sending each event: a process of its own, because an engine's directory has one process. The rows are what one
/// message of many events would have become: they share the position of the table's only row but for their index in the message. Saved live states are
/// forgotten, as they do not know of the rows.
/// </summary>
internal static class TableFiller
{
    /// <summary>Fills the table and ends.</summary>
    /// <param name="dataDirectory">The silo's.</param>
    /// <param name="rows">How many.</param>
    public static void Run(string dataDirectory, long rows)
    {
        ChdbLibrary.Load(ChdbLibrary.Locate(null, Environment.GetEnvironmentVariable));
        var configPath = EngineConfig.Write(Path.Combine(dataDirectory, "clickhouse-config"), new ClickHouseOptions());
        using var connection = EmbeddedConnection.Open(EngineConfig.OwnerArguments(Path.Combine(dataDirectory, "clickhouse"), configPath));
        const string Table = $"{EventSet.Project}.{EventSet.Metric}";
        const int RowsOfInsert = 5_000_000;
        for (var first = 0L; first < rows; first += RowsOfInsert)
        {
            var count = Math.Min(RowsOfInsert, rows - first);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO {Table} (_time, _received, _partition, _offset, _seq, _inserted, user, amount, quantity, ok, country, session, page)
                SELECT fromUnixTimestamp64Milli({EventMaker.FirstMs} + n), any._received, any._partition, any._offset, toUInt32(1 + n), any._inserted,
                  concat('u', toString(intHash32(n) % 10000)), 1000 + intHash32(n) % 900000 / 100, n % 10, n % 3 != 0,
                  concat(char(65 + intHash32(n) % 26), 'X'), hex(intHash32(intDiv(n, 20))), concat('/p/', toString(intHash32(n) % 1000))
                FROM (SELECT {first} + number AS n FROM numbers({count})) AS numbers CROSS JOIN (SELECT * FROM {Table} WHERE _seq = 0 LIMIT 1) AS any
                SETTINGS max_block_size = 1000000, min_insert_block_size_rows = 1000000, max_insert_threads = 1
                """));
        }

        connection.Execute("TRUNCATE TABLE analytics.state");
    }
}
