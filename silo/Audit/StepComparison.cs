using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Audit;

/// <summary>Compares what one step decoded with its tables: a busy table by itself, quiet ones many at a time.</summary>
internal sealed class StepComparison(IClickHouse clickHouse, AuditTables tables, AuditTally tally, AbsentInputs absent, AuditRange range)
{
    // A statement costs the engine a millisecond or two; the text of one may have 256 KiB, and a table takes some 800 bytes of it at most.
    private const int TablesPerQuery = 64;

    // What one answer holds in memory.
    private const int InputsPerQuery = 65_536;

    private readonly RowComparison _comparison = new(tally);

    /// <summary>Compares all batches of a step.</summary>
    public async Task CompareAsync(AuditWindow window, EventBatch[] batches, CancellationToken cancellationToken)
    {
        var known = await tables.OfAsync(batches, cancellationToken);
        var group = new List<int>();
        var inputs = 0;
        for (var i = 0; i < batches.Length; i++)
        {
            known[i].AddCompared(window);
            if (!tables.Exists(known[i]))
            {
                tally.Count(AuditKind.Inputs, window.Partition, batches[i].Key, batches[i].Count);
                await absent.JudgeAsync(window, batches[i], null, [.. Enumerable.Range(0, batches[i].Count)], cancellationToken);
                continue;
            }

            if (group.Count > 0 && (group.Count == TablesPerQuery || inputs + batches[i].Count > InputsPerQuery))
            {
                await CompareGroupAsync(window, batches, known, group, cancellationToken);
                group.Clear();
                inputs = 0;
            }

            group.Add(i);
            inputs += batches[i].Count;
        }

        if (group.Count > 0)
        {
            await CompareGroupAsync(window, batches, known, group, cancellationToken);
        }
    }

    private async Task CompareGroupAsync(
        AuditWindow window, EventBatch[] batches, AuditTable[] known, List<int> group, CancellationToken cancellationToken)
    {
        var sql = PositionSql.Rows(group.ConvertAll(i => known[i].QuotedName), window.ToSql() + PositionSql.Received(range));
        var cursor = new PositionCursor(await clickHouse.QueryAsync(sql, RowBinaryReader.Format, null, cancellationToken));
        for (var table = 0; table < group.Count; table++)
        {
            var batch = batches[group[table]];
            var rows = _comparison.Compare(batch, cursor, table);
            if (rows.Count > 0)
            {
                await absent.JudgeAsync(window, batch, known[group[table]].QuotedName, rows, cancellationToken);
            }
        }
    }
}
