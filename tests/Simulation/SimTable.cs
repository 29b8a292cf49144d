using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;

namespace Analytics.Tests.Simulation;

/// <summary>One table: its columns, and the blocks that were written, each at once and whole.</summary>
internal sealed class SimTable
{
    private uint _lastInsertedSeconds;

    /// <summary>Field columns in the table's order.</summary>
    public List<TableColumn> Columns { get; } = [];

    /// <summary>The rows, in the order they were written.</summary>
    public List<BatchRows> Batches { get; } = [];

    /// <summary>The <c>_inserted</c> of each of <see cref="Batches"/>.</summary>
    public List<uint> InsertedSeconds { get; } = [];

    /// <summary>The newest <c>_inserted</c>.</summary>
    public uint LastInsertedSeconds => _lastInsertedSeconds;

    /// <summary>Rows in all.</summary>
    public long Count => Batches.Sum(rows => (long)rows.Count);

    /// <summary>Adds and widens columns.</summary>
    public void Ensure(IEnumerable<TableColumn> wanted)
    {
        foreach (var column in wanted)
        {
            var index = Columns.FindIndex(known => known.Name == column.Name);
            if (index < 0)
            {
                Columns.Add(column);
            }
            else if (Columns[index].Type == ColumnType.Int64 && column.Type == ColumnType.Float64)
            {
                Columns[index] = column;
            }
        }
    }

    /// <summary>Whether a constraint of the table refuses a row: those with a field <c>bad</c>.</summary>
    public static bool Refuses(EventBatch batch, int row) => batch.Fields.FirstOrDefault(field => field.Name == "bad") is { } bad
        && (bad.Rows is null || Array.BinarySearch(bad.Rows, row) >= 0);

    /// <summary>Refuses a block that has a row to be refused.</summary>
    public static void Check(PendingBlock block)
    {
        if (block.Batches.Any(rows => (rows.Rows ?? Enumerable.Range(0, rows.Batch.Count)).Any(row => Refuses(rows.Batch, row))))
        {
            throw new ClickHouseException(469, "Constraint is violated");
        }
    }

    /// <summary>Writes a block.</summary>
    public int Write(PendingBlock block, int times)
    {
        if (block.Columns.FirstOrDefault(column => !Columns.Contains(column)) is { } missing)
        {
            throw new ClickHouseException(16, $"No such column {missing.Name}");
        }

        Check(block);
        if (block.InsertedSeconds < _lastInsertedSeconds)
        {
            throw new InvalidOperationException($"A block of {block.InsertedSeconds} came after one of {_lastInsertedSeconds}: snapshots would miss its rows.");
        }

        _lastInsertedSeconds = block.InsertedSeconds;
        for (var i = 0; i < times; i++)
        {
            Batches.AddRange(block.Batches);
            InsertedSeconds.AddRange(block.Batches.Select(_ => block.InsertedSeconds));
        }

        return block.RowCount;
    }

    /// <summary>The rows that are not in a snapshot: found as SQL finds them.</summary>
    public IEnumerable<BatchRows> After(IReadOnlyDictionary<int, PartitionEnd> ends, long insertedSeconds)
    {
        for (var i = 0; i < Batches.Count; i++)
        {
            var batch = Batches[i].Batch;
            var end = ends.TryGetValue(batch.Origin.Partition, out var known) ? known.Offset : -1;
            var rows = (Batches[i].Rows ?? [.. Enumerable.Range(0, batch.Count)]).Where(row => batch.Offsets[row] > end).ToArray();
            if (InsertedSeconds[i] >= insertedSeconds && rows.Length > 0)
            {
                yield return new BatchRows(batch, rows);
            }
        }
    }

    /// <summary>The highest offset of each partition.</summary>
    public Dictionary<int, long> Positions(long ahead) => Batches.GroupBy(rows => rows.Batch.Origin.Partition)
        .ToDictionary(some => some.Key, some => some.Max(rows => rows.Batch.Offsets[rows.Rows is null ? ^1 : rows.Rows[^1]]) + ahead);
}
