using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>Rows of small batches of any partitions that become one batch a partition. The last batch added is what all acknowledgements wait for; its columns have room for all.</summary>
/// <param name="startsBlock">Whether earlier rows must not be written with these rows' columns.</param>
internal sealed class GatheredRows(bool startsBlock)
{
    private readonly List<OpenBatch> _open = [];

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>The columns that have room for the rows.</summary>
    public IReadOnlyList<TableColumn> Columns { get; private set; } = [];

    /// <summary>The version of the plan that has them.</summary>
    public int PlanVersion { get; private set; }

    /// <summary>Whether earlier rows must not be written with these rows' columns.</summary>
    public bool StartsBlock => startsBlock;

    /// <summary>The last batch added.</summary>
    public BatchAcknowledgement Owed { get; private set; }

    /// <summary>Copies a batch's kept rows.</summary>
    public void Add(BatchRows rows, TablePlan plan, BatchAcknowledgement owed)
    {
        var open = _open.Find(batch => batch.Partition == owed.Partition);
        if (open is null)
        {
            _open.Add(open = new OpenBatch(owed.Partition));
            SizeBytes += open.SizeBytes;
        }

        var sizeBytes = open.SizeBytes;
        open.Add(rows);
        SizeBytes += open.SizeBytes - sizeBytes;
        Count += rows.Count;
        (Columns, PlanVersion, Owed) = (plan.Columns, plan.Version, owed);
    }

    /// <summary>The rows, a batch a partition in the order of their first; nothing can be added afterwards.</summary>
    public BatchRows[] Close() => [.. _open.Select(batch => batch.Close())];
}
