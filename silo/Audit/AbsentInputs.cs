using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Ingest.RefusedRows;

namespace Analytics.Silo.Audit;

/// <summary>Finds out why inputs have no row: on their way, a repeat of an earlier one, refused by the table, or missing.</summary>
/// <param name="clickHouse">Where the tables are.</param>
/// <param name="tally">Where the answers go.</param>
/// <param name="settle">Lets what is under way arrive; for a log that is being written.</param>
internal sealed class AbsentInputs(IClickHouse clickHouse, AuditTally tally, Func<CancellationToken, Task>? settle)
{
    // Ids of one query: some megabytes of text.
    private const int InputsPerQuery = 65_536;

    private static readonly string DeadLetters = SqlText.Table(DeadLetterFields.Project, DeadLetterFields.Metric);

    private readonly IdLookup _ids = new(clickHouse);
    private AuditWindow? _settledIn;

    /// <summary>Judges some inputs of a batch.</summary>
    /// <param name="window">Where they are.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="table">The quoted table name; <see langword="null"/> when there is no table.</param>
    /// <param name="rows">Indexes of the inputs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task JudgeAsync(AuditWindow window, EventBatch batch, string? table, List<int> rows, CancellationToken cancellationToken)
    {
        var due = rows.FindAll(row => batch.Offsets[row] < window.CommittedOffset);
        tally.Count(AuditKind.Pending, window.Partition, batch.Key, rows.Count - due.Count);
        foreach (var some in due.Chunk(InputsPerQuery))
        {
            var unknown = table is null ? some : await WithoutRepeatsAsync(window, batch, table, some, cancellationToken);
            if (unknown.Length > 0)
            {
                await JudgeUnknownAsync(window, batch, unknown, cancellationToken);
            }
        }
    }

    private async Task<int[]> WithoutRepeatsAsync(AuditWindow window, EventBatch batch, string table, int[] rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => IdOf(batch, row)).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        var known = await _ids.FindAsync(table, window.Partition, ids, cancellationToken);
        var unknown = Array.FindAll(
            rows, row => !known.TryGetValue(IdOf(batch, row), out var where) || !where.Explains(batch.Offsets[row], batch.Sequences[row]));
        tally.Count(AuditKind.Duplicates, window.Partition, batch.Key, rows.Length - unknown.Length);
        return unknown;
    }

    private async Task JudgeUnknownAsync(AuditWindow window, EventBatch batch, int[] rows, CancellationToken cancellationToken)
    {
        var letters = Array.ConvertAll(rows, row => LogRefusedRows.IdOf(batch.Key, window.Partition, batch.Offsets[row], batch.Sequences[row]));
        var refused = await _ids.HasAsync(DeadLetters, letters, cancellationToken);
        if (refused.Count < rows.Length && settle is not null && _settledIn != window)
        {
            // A refused row is acknowledged when it is back in the log: its dead letter may still be on the way.
            _settledIn = window;
            await settle(cancellationToken);
            refused = await _ids.HasAsync(DeadLetters, letters, cancellationToken);
        }

        // Who repeats the id of a refused row is dropped like any repeat.
        var refusedIds = new HashSet<string>(StringComparer.Ordinal);
        long missing = 0, duplicates = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var id = IdOf(batch, rows[i]);
            if (refused.Contains(letters[i]))
            {
                refusedIds.Add(id);
            }
            else if (id.Length > 0 && refusedIds.Contains(id))
            {
                duplicates++;
            }
            else
            {
                missing++;
                tally.Example(
                    AuditKind.Missing, window.Partition, batch.Offsets[rows[i]], batch.Sequences[rows[i]], batch.Key, id,
                    "no row, no earlier row with its id, no dead letter");
            }
        }

        tally.Count(AuditKind.Refused, window.Partition, batch.Key, rows.Length - missing - duplicates);
        tally.Count(AuditKind.Duplicates, window.Partition, batch.Key, duplicates);
        tally.Count(AuditKind.Missing, window.Partition, batch.Key, missing);
    }

    private static string IdOf(EventBatch batch, int row) => Encoding.UTF8.GetString(batch.IdAt(row));
}
