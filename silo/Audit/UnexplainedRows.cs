using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Audit;

/// <summary>
/// Rows where no step looked, because the log has no input of their table there. Rows between a table's own inputs are found by
/// <see cref="RowComparison"/>.
/// </summary>
internal sealed class UnexplainedRows(IClickHouse clickHouse, AuditTables tables, AuditTally tally, AuditRange range)
{
    /// <summary>What is wrong with them.</summary>
    public const string Detail = "a row, and no such input in the log";

    // Keeps a statement's text well below the 256 KiB that the engine takes.
    private const int SpansPerCondition = 64;
    private const int ConditionsPerQuery = 16;

    /// <summary>Looks for them.</summary>
    /// <param name="judged">The offsets that were looked at and are in the log, by partition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FindAsync(IReadOnlyDictionary<int, OffsetSpans> judged, CancellationToken cancellationToken)
    {
        foreach (var some in Conditions(judged).Chunk(ConditionsPerQuery))
        {
            var conditions = Array.ConvertAll(some, condition => (condition.Table.QuotedName, condition.Where));
            var reader = new RowBinaryReader(
                await clickHouse.QueryAsync(PositionSql.Counts(conditions), RowBinaryReader.Format, null, cancellationToken));
            var noted = new HashSet<int>();
            while (!reader.IsAtEnd)
            {
                var index = reader.ReadUInt16();
                var (table, where) = some[index];
                var partition = (int)reader.ReadUInt32();
                var count = reader.ReadInt64();
                tally.Count(AuditKind.Rows, partition, table.Key, count);
                tally.Count(AuditKind.Unexplained, partition, table.Key, count);
                if (noted.Add(index))
                {
                    await NoteAsync(table, where, cancellationToken);
                }
            }
        }
    }

    private IEnumerable<(AuditTable Table, string Where)> Conditions(IReadOnlyDictionary<int, OffsetSpans> judged)
    {
        foreach (var table in tables.Existing)
        {
            var spans = judged.SelectMany(pair => pair.Value.Without(table.Compared(pair.Key)), (pair, span) => Span(pair.Key, span));
            foreach (var some in spans.Chunk(SpansPerCondition))
            {
                yield return (table, $"({string.Join(" OR ", some)}){PositionSql.Received(range)}");
            }
        }
    }

    private static string Span(int partition, (long From, long To) span) => string.Create(
        CultureInfo.InvariantCulture,
        $"({FixedColumns.Partition} = {partition} AND {FixedColumns.Offset} >= {span.From} AND {FixedColumns.Offset} < {span.To})");

    private async Task NoteAsync(AuditTable table, string where, CancellationToken cancellationToken)
    {
        if (!tally.WantsExample(AuditKind.Unexplained))
        {
            return;
        }

        var sql = PositionSql.Examples(table.QuotedName, where, AuditTally.ExamplesMax);
        var reader = new RowBinaryReader(await clickHouse.QueryAsync(sql, RowBinaryReader.Format, null, cancellationToken));
        while (!reader.IsAtEnd)
        {
            tally.Example(
                AuditKind.Unexplained, (int)reader.ReadUInt32(), reader.ReadInt64(), reader.ReadUInt32(), table.Key,
                reader.ReadText(), Detail);
        }
    }
}
