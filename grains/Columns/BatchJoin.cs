using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>
/// Makes one batch of several: a batch of a row or two spends ten times its events' bytes on objects, and quiet metrics, of which there are thousands,
/// wait for minutes with hundreds of them.
/// </summary>
internal static class BatchJoin
{
    /// <summary>Joins batches of one metric; those of each partition become one, with all of its kept rows in their order and the last one's origin.</summary>
    /// <param name="batches">One or more, none without rows.</param>
    /// <returns>One for each partition, in the order of their first batches.</returns>
    public static BatchRows[] Join(IReadOnlyList<BatchRows> batches) =>
        [.. batches.GroupBy(rows => rows.Batch.Origin.Partition).Select(group => new BatchRows(JoinPartition([.. group]), null))];

    private static EventBatch JoinPartition(BatchRows[] batches)
    {
        var count = batches.Sum(rows => rows.Count);
        var hasIds = batches.Any(rows => rows.Batch.IdEnds is not null);
        var joined = new EventBatch
        {
            Project = batches[0].Batch.Project,
            Metric = batches[0].Batch.Metric,
            Origin = batches[^1].Batch.Origin,
            Times = new long[count],
            Received = new long[count],
            Offsets = new long[count],
            Sequences = new int[count],
            IdEnds = hasIds ? new int[count] : null,
            IdHeap = hasIds ? new byte[batches.Sum(IdBytes)] : null,
            Fields = JoinFields(batches, count),
        };
        var row = 0;
        var idEnd = 0;
        foreach (var rows in batches)
        {
            for (var i = 0; i < rows.Count; i++, row++)
            {
                var from = rows.RowAt(i);
                joined.Times[row] = rows.Batch.Times[from];
                joined.Received[row] = rows.Batch.Received[from];
                joined.Offsets[row] = rows.Batch.Offsets[from];
                joined.Sequences[row] = rows.Batch.Sequences[from];
                if (hasIds)
                {
                    var id = rows.Batch.IdAt(from);
                    id.CopyTo(joined.IdHeap.AsSpan(idEnd));
                    idEnd += id.Length;
                    joined.IdEnds![row] = idEnd;
                }
            }
        }

        return joined;
    }

    private static int IdBytes(BatchRows rows)
    {
        var bytes = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            bytes += rows.Batch.IdAt(rows.RowAt(i)).Length;
        }

        return bytes;
    }

    private static FieldColumn[] JoinFields(BatchRows[] batches, int count)
    {
        var columns = new List<ColumnBuilder>();
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        var firstRow = 0;
        foreach (var rows in batches)
        {
            foreach (var column in rows.Batch.Fields)
            {
                if (!indexes.TryGetValue(column.Name, out var index))
                {
                    indexes[column.Name] = index = columns.Count;
                    columns.Add(new ColumnBuilder(column.Name));
                }

                ColumnJoin.Add(columns[index], column, rows.Rows, firstRow);
            }

            firstRow += rows.Count;
        }

        return [.. columns.Where(column => column.Count > 0).Select(column => column.Take(count))];
    }
}
