using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Live;

/// <summary>
/// What is known of a metric without asking its table. A function of the rows taken, not of the order or the batches they came in,
/// so that a state rebuilt from the table is the same. Not safe for concurrent use: it lives in the actor's turn.
/// </summary>
internal sealed class LiveMetric
{
    /// <summary>Seconds the per-second counts reach back. Two minutes: a minute to show and one for slow readers.</summary>
    internal const int RateSeconds = 120;

    /// <summary>Minutes the per-minute counts reach back.</summary>
    internal const int RateMinutes = 120;

    private readonly Dictionary<string, long> _extra = new(StringComparer.Ordinal);
    private readonly List<LiveField> _fields = [];

    /// <summary>Rows taken.</summary>
    public long Total { get; private set; }

    /// <summary>Earliest event time, UTC milliseconds since 1970; <see langword="null"/> without rows.</summary>
    public long? FirstMs { get; private set; }

    /// <summary>Latest event time.</summary>
    public long? LastMs { get; private set; }

    /// <summary>Rows by the second they were received in.</summary>
    public RateRing Seconds { get; } = new(1000, RateSeconds);

    /// <summary>Rows by the minute they were received in.</summary>
    public RateRing Minutes { get; } = new(60_000, RateMinutes);

    /// <summary>Values that no column took, by field.</summary>
    public IReadOnlyDictionary<string, long> Extra => _extra;

    /// <summary>The live state of each column, by the plan's index.</summary>
    public IReadOnlyList<LiveField> Fields => _fields;

    /// <summary>Takes rows, and extends the plan where they bring new fields.</summary>
    public void Apply(BatchRows rows, TablePlan plan)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var batch = rows.Batch;
        var keep = rows.Rows is null ? null : KeepByRow(rows);
        Total += rows.Count;
        ApplyTimes(batch, keep);
        AddFieldsOf(plan);
        foreach (var column in batch.Fields)
        {
            ApplyField(column, keep, plan);
        }
    }

    /// <summary>Takes what SQL computed over the table, in place of the rows themselves. Only on an empty state.</summary>
    public void Restore(long total, long? firstMs, long? lastMs, IEnumerable<LiveField> fields, IEnumerable<KeyValuePair<string, long>> extra)
    {
        if (Total != 0 || _fields.Count != 0)
        {
            throw new InvalidOperationException("Live state can only be restored while it is empty.");
        }

        (Total, FirstMs, LastMs) = (total, firstMs, lastMs);
        _fields.AddRange(fields);
        foreach (var (name, count) in extra)
        {
            _extra[name] = count;
        }
    }

    /// <summary>The fields as a snapshot shows them, in the plan's order.</summary>
    public FieldSnapshot[] DescribeFields(TablePlan plan)
    {
        var fields = new FieldSnapshot[_fields.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            var name = plan.Columns[i].Name;
            var conflicts = _extra.GetValueOrDefault(name);
            fields[i] = _fields[i].Describe(new FieldSnapshot
            {
                Name = name,
                Type = ColumnLabel.Of(_fields[i].Type),
                Count = _fields[i].Count,
                Null = Total - _fields[i].Count - conflicts,
                Conflicts = conflicts,
            });
        }

        return fields;
    }

    private static bool[] KeepByRow(BatchRows rows)
    {
        var keep = new bool[rows.Batch.Count];
        foreach (var row in rows.Rows!)
        {
            keep[row] = true;
        }

        return keep;
    }

    private void ApplyTimes(EventBatch batch, bool[]? keep)
    {
        var (first, last) = (FirstMs ?? long.MaxValue, LastMs ?? long.MinValue);
        var (runMs, runCount) = (batch.Received[0], 0L);
        for (var row = 0; row < batch.Count; row++)
        {
            if (keep is not null && !keep[row])
            {
                continue;
            }

            first = Math.Min(first, batch.Times[row]);
            last = Math.Max(last, batch.Times[row]);
            if (batch.Received[row] != runMs)
            {
                CountReceived(runMs, runCount);
                (runMs, runCount) = (batch.Received[row], 0);
            }

            runCount++;
        }

        CountReceived(runMs, runCount);
        (FirstMs, LastMs) = (first, last);
    }

    // Events of one message, and mostly of one chunk, have the same time: one ring update a run.
    private void CountReceived(long receivedMs, long count)
    {
        if (count > 0)
        {
            Seconds.Add(receivedMs, count);
            Minutes.Add(receivedMs, count);
        }
    }

    private void ApplyField(FieldColumn column, bool[]? keep, TablePlan plan)
    {
        if (keep is not null && CountKept(column, keep) == 0)
        {
            return;
        }

        var known = plan.IndexOf(column.Name);
        var index = plan.Extend(column, keep, known < 0 ? null : _fields[known]);
        AddFieldsOf(plan);
        if (index >= 0 && _fields[index] is LiveInt64 integers && plan.Columns[index].Type == ColumnType.Float64)
        {
            _fields[index] = LiveFloat64.From(integers);
        }

        var conflicts = index >= 0 ? _fields[index].Apply(column, keep) : CountKept(column, keep);
        if (conflicts > 0)
        {
            _extra[column.Name] = _extra.GetValueOrDefault(column.Name) + conflicts;
        }
    }

    private void AddFieldsOf(TablePlan plan)
    {
        for (var index = _fields.Count; index < plan.Columns.Count; index++)
        {
            _fields.Add(LiveField.Create(plan.Columns[index].Type));
        }
    }

    private static long CountKept(FieldColumn column, bool[]? keep)
    {
        if (keep is null)
        {
            return column.Count;
        }

        var count = 0L;
        for (var i = 0; i < column.Count; i++)
        {
            count += keep[column.RowAt(i)] ? 1 : 0;
        }

        return count;
    }
}
