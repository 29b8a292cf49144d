using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Silo.Audit;

/// <summary>Walks the inputs of a batch and the rows of its table side by side: both are in order of position.</summary>
internal sealed class RowComparison(AuditTally tally)
{
    /// <summary>Compares one batch.</summary>
    /// <param name="batch">What the log holds.</param>
    /// <param name="cursor">The rows, on the first one of this table; behind the last one afterwards.</param>
    /// <param name="table">The table's index in the answer.</param>
    /// <returns>Indexes of the inputs that have no row.</returns>
    public List<int> Compare(EventBatch batch, PositionCursor cursor, int table)
    {
        var absent = new List<int>();
        long rows = 0, doubled = 0, changed = 0, unexplained = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var (offset, sequence) = (batch.Offsets[i], batch.Sequences[i]);
            for (; cursor.IsBefore(table, offset, sequence); cursor.MoveNext())
            {
                unexplained++;
                NoteUnexplained(batch, cursor);
            }

            var found = 0;
            var isChanged = false;
            for (; cursor.IsAt(table, offset, sequence); cursor.MoveNext())
            {
                found++;
                isChanged |= IsChanged(batch, i, cursor);
            }

            rows += found;
            changed += isChanged ? 1 : 0;
            if (found == 0)
            {
                absent.Add(i);
            }
            else if (found > 1)
            {
                doubled++;
                Note(AuditKind.Doubled, batch, i, $"{found} rows");
            }
        }

        for (; cursor.IsOf(table); cursor.MoveNext())
        {
            unexplained++;
            NoteUnexplained(batch, cursor);
        }

        Count(AuditKind.Inputs, batch, batch.Count);
        Count(AuditKind.Rows, batch, rows + unexplained);
        Count(AuditKind.Doubled, batch, doubled);
        Count(AuditKind.Changed, batch, changed);
        Count(AuditKind.Unexplained, batch, unexplained);
        return absent;
    }

    private void Count(AuditKind kind, EventBatch batch, long count) => tally.Count(kind, batch.Origin.Partition, batch.Key, count);

    private bool IsChanged(EventBatch batch, int row, PositionCursor cursor)
    {
        var isSameId = batch.IdAt(row).SequenceEqual(cursor.Id.Span);
        if (isSameId && batch.Times[row] == cursor.TimeMs && batch.Received[row] == cursor.ReceivedMs)
        {
            return false;
        }

        if (tally.WantsExample(AuditKind.Changed))
        {
            var what = batch.Times[row] != cursor.TimeMs ? $"_time is {TimeText.Of(cursor.TimeMs)}, sent {TimeText.Of(batch.Times[row])}"
                : !isSameId ? $"_id is '{Encoding.UTF8.GetString(cursor.Id.Span)}', sent '{Encoding.UTF8.GetString(batch.IdAt(row))}'"
                : $"_received is {TimeText.Of(cursor.ReceivedMs)}, was {TimeText.Of(batch.Received[row])}";
            Note(AuditKind.Changed, batch, row, what);
        }

        return true;
    }

    private void Note(AuditKind kind, EventBatch batch, int row, string detail)
    {
        if (tally.WantsExample(kind))
        {
            tally.Example(
                kind, batch.Origin.Partition, batch.Offsets[row], batch.Sequences[row], batch.Key, Encoding.UTF8.GetString(batch.IdAt(row)), detail);
        }
    }

    private void NoteUnexplained(EventBatch batch, PositionCursor cursor)
    {
        if (tally.WantsExample(AuditKind.Unexplained))
        {
            tally.Example(
                AuditKind.Unexplained, batch.Origin.Partition, cursor.Offset, cursor.Sequence, batch.Key, Encoding.UTF8.GetString(cursor.Id.Span),
                UnexplainedRows.Detail);
        }
    }
}
