using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Reads dead letters for a replay, and writes the marks that say how far it has come.</summary>
internal sealed class DeadLetterStore(IClickHouse clickHouse, TimeProvider time)
{
    private const string Letters = $"{SystemTables.Database}.{DeadLetterFields.Metric}";

    /// <summary>What an order means, oldest first, at most one more than its limit: that one shows that there are more.</summary>
    public async Task<List<LetterHead>> ReadHeadsAsync(ReplayOrder order, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT toUnixTimestamp64Milli(letter._time), letter._partition, letter._offset, letter._seq, ifNull(letter.raw_size, 0), mark.version
            FROM (SELECT _time, _partition, _offset, _seq, raw_size FROM {Letters} {order.Filter.ToSql(parameters)}) AS letter
            LEFT JOIN (SELECT partition, offset, seq, state, version FROM {SystemTables.DeadLetterReplays} FINAL) AS mark
            ON letter._partition = mark.partition AND letter._offset = mark.offset AND letter._seq = mark.seq
            {(order.IsAgain ? string.Empty : "WHERE mark.state != 'replayed'")}
            ORDER BY letter._time, letter._partition, letter._offset, letter._seq LIMIT {order.Limit + 1L} SETTINGS join_use_nulls = 0
            """);
        return ReadHeads(await clickHouse.QueryAsync(sql, RowBinaryReader.Format, parameters, cancellationToken));
    }

    /// <summary>How many of those that a filter means are marked as replayed.</summary>
    public async Task<long> CountReplayedAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var where = (filter with { IsReplayed = true }).ToSql(parameters);
        var rows = await clickHouse.ReadRowsAsync($"SELECT toString(count()) FROM {Letters} {where}", parameters, cancellationToken);
        return long.Parse(rows[0][0]!, CultureInfo.InvariantCulture);
    }

    /// <summary>The letters of some heads, in their order. One that has left the table meanwhile is not among them.</summary>
    public async Task<List<Letter>> ReadAsync(IReadOnlyList<LetterHead> heads, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter
        {
            FromMs = heads[0].Place.TimeMs,
            ToMs = heads[^1].Place.TimeMs + 1,
            Positions = [.. heads.Select(head => head.Place.Position)],
        };
        var answer = await clickHouse.QueryAsync(
            $"""
            SELECT _partition, _offset, _seq, toUnixTimestamp64Milli(_received), ifNull(raw, ''), ifNull(toString(project), ''),
            ifNull(toString(metric), ''), toUInt8(ifNull(toUInt8(bare), 2)), ifNull(toString(topic), ''), ifNull(key, ''), ifNull(headers, '') FROM {Letters} {filter.ToSql([])}
            """,
            RowBinaryReader.Format,
            cancellationToken: cancellationToken);
        var letters = ReadLetters(answer, heads.ToDictionary(head => head.Place.Position));
        return [.. heads.Select(head => letters.GetValueOrDefault(head.Place.Position)).OfType<Letter>()];
    }

    /// <summary>Marks letters, all in one insert; durable before it completes.</summary>
    /// <param name="letters">Whose.</param>
    /// <param name="isReplayed">Whether their events are in the log; else their replay begins.</param>
    public Task MarkAsync(IReadOnlyCollection<LetterHead> letters, bool isReplayed)
    {
        if (letters.Count == 0)
        {
            return Task.CompletedTask;
        }

        var state = isReplayed ? "replayed" : "started";

        // Literals only: rows of VALUES with an expression in them are evaluated one by one.
        var now = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var rows = letters.Select(head => string.Create(
            CultureInfo.InvariantCulture,
            $"({head.Place.Position.ToSql()[1..^1]},'{state}','{now}',{head.MarkVersion + (isReplayed ? 2u : 1u)})"));
        return clickHouse.ExecuteAsync($"INSERT INTO {SystemTables.DeadLetterReplays} SETTINGS async_insert = 0 VALUES {string.Join(',', rows)}");
    }

    private static List<LetterHead> ReadHeads(byte[] answer)
    {
        var heads = new List<LetterHead>();
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            var timeMs = reader.ReadInt64();
            var position = ReadPosition(ref reader);
            heads.Add(new LetterHead(new DeadLetterCursor(timeMs, position), reader.ReadInt64(), reader.ReadUInt64()));
        }

        return heads;
    }

    private static Dictionary<DeadLetterPosition, Letter> ReadLetters(byte[] answer, Dictionary<DeadLetterPosition, LetterHead> heads)
    {
        var letters = new Dictionary<DeadLetterPosition, Letter>(heads.Count);
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            var position = ReadPosition(ref reader);
            var receivedMs = reader.ReadInt64();
            var raw = reader.ReadBytes().ToArray();
            var (project, metric) = (reader.ReadText(), reader.ReadText());
            bool? isBare = reader.ReadByte() switch { 0 => false, 1 => true, _ => null };
            letters[position] = new Letter(heads[position], receivedMs, raw, project, metric, isBare)
            {
                Topic = reader.ReadText(),
                Parts = new MessageParts(reader.ReadBytes().ToArray(), reader.ReadBytes().ToArray()),
            };
        }

        return letters;
    }

    private static DeadLetterPosition ReadPosition(ref RowBinaryReader reader) => new(reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt32());
}
