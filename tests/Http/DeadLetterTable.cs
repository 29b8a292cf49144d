using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;

namespace Analytics.Tests.Http;

/// <summary>
/// The engine's real tables of dead letters and marks, emptied. The engine is shared with other tests: classes that use it are in one collection,
/// and so never run beside each other.
/// </summary>
internal sealed class DeadLetterTable
{
    /// <summary>The collection's name.</summary>
    public const string Collection = "dead letters";

    /// <summary>When letters are from unless it is said: 2026-11-20T10:00:00Z.</summary>
    public const long TimeMs = 1_795_168_800_000;

    private DeadLetterTable(EmbeddedClickHouse engine) => Engine = engine;

    public EmbeddedClickHouse Engine { get; }

    public static async Task<DeadLetterTable> OpenAsync(EngineFixture fixture)
    {
        var table = new DeadLetterTable(await fixture.OpenAsync());
        await SystemTables.EnsureAsync(table.Engine, CancellationToken.None);
        await table.Engine.ExecuteAsync("TRUNCATE TABLE analytics.dead_letters");
        await table.Engine.ExecuteAsync("TRUNCATE TABLE analytics.dead_letter_replays");
        return table;
    }

    public Task AddAsync(string position, string raw, string code = "c", string? project = null, string? metric = null, bool? bare = false,
        long timeMs = TimeMs, long? rawSize = null) =>
        AddAsync(position, Encoding.UTF8.GetBytes(raw), code, project, metric, bare, timeMs, rawSize);

    public async Task AddAsync(string position, byte[] raw, string code = "c", string? project = null, string? metric = null, bool? bare = false,
        long timeMs = TimeMs, long? rawSize = null)
    {
        var parts = position.Split(':');
        var time = $"fromUnixTimestamp64Milli({timeMs}, 'UTC')";
        await Engine.ExecuteAsync(
            $"INSERT INTO analytics.dead_letters ({string.Join(", ", FixedColumns.All.Select(column => column.Name))}, code, reason, raw, raw_size, project, metric, bare) "
            + $"VALUES ({time}, '', {time}, {parts[0]}, {parts[1]}, {parts[2]}, now(), {{}}, {SqlText.Literal(code)}, 'The reason.', "
            + $"unhex('{Convert.ToHexString(raw)}'), {rawSize ?? raw.Length}, {Text(project)}, {Text(metric)}, {bare?.ToString() ?? "NULL"})");
    }

    /// <summary>Says that a letter is of a topic of other producers.</summary>
    public Task AddTopicAsync(string topic, byte[] key, byte[] headers) => Engine.ExecuteAsync(
        $"ALTER TABLE analytics.dead_letters UPDATE topic = {SqlText.Literal(topic)}, key = unhex('{Convert.ToHexString(key)}'), "
        + $"headers = unhex('{Convert.ToHexString(headers)}') WHERE 1 SETTINGS mutations_sync = 1");

    public Task MarkAsync(string position, string state, int version = 1) => Engine.ExecuteAsync(
        $"INSERT INTO analytics.dead_letter_replays VALUES ({position.Replace(':', ',')}, '{state}', '2026-11-21 09:00:00.5', {version})");

    /// <summary>The marks, <c>0:17:3 replayed 2</c> each.</summary>
    public async Task<string[]> MarksAsync() =>
        [.. (await Engine.ReadRowsAsync(
            "SELECT concat(toString(partition), ':', toString(offset), ':', toString(seq), ' ', state, ' ', toString(version)) "
            + "FROM analytics.dead_letter_replays FINAL ORDER BY partition, offset, seq")).Select(row => row[0]!)];

    private static string Text(string? text) => text is null ? "NULL" : SqlText.Literal(text);
}
