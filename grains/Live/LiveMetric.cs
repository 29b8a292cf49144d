using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
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

    private readonly Dictionary<string, long> _extra = new(StringComparer.Ordinal);
    private readonly Dictionary<int, PartitionEnd> _ends = [];
    private readonly List<LiveField> _fields;

    /// <summary>An empty state.</summary>
    /// <param name="clock">What windows go by; <see langword="null"/> for the usual.</param>
    public LiveMetric(EventClock? clock = null)
        : this([], clock)
    {
    }

    /// <summary>A state without rows over these fields: what it knows besides comes by <see cref="Restore"/> or <see cref="Merge"/>.</summary>
    /// <param name="fields">By the plan's index.</param>
    /// <param name="clock">What windows go by; <see langword="null"/> for the usual.</param>
    public LiveMetric(IEnumerable<LiveField> fields, EventClock? clock = null)
    {
        _fields = [.. fields];
        Windows = new EventWindows(clock ?? EventClock.Usual);
    }

    /// <summary>Rows taken.</summary>
    public long Total { get; private set; }

    /// <summary>Earliest event time, UTC milliseconds since 1970; <see langword="null"/> without rows.</summary>
    public long? FirstMs { get; private set; }

    /// <summary>Latest event time.</summary>
    public long? LastMs { get; private set; }

    /// <summary>How far the rows reach, by log partition. A row of a partition was taken if and only if its offset is not beyond this.</summary>
    public IReadOnlyDictionary<int, PartitionEnd> Ends => _ends;

    /// <summary>Rows by the second they were received in.</summary>
    public RateRing Seconds { get; } = new(1000, RateSeconds);

    /// <summary>Rows by the time they are of.</summary>
    public EventWindows Windows { get; }

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
        var newestMs = ApplyTimes(batch, keep);
        Windows.Add(batch.Times, batch.Received, keep);
        Reach(batch.Origin.Partition, new PartitionEnd(batch.Offsets[rows.RowAt(rows.Count - 1)], newestMs));
        AddFieldsOf(plan);
        var ranks = new RowRanks(batch);
        foreach (var column in batch.Fields)
        {
            ApplyField(column, keep, ranks, plan);
        }
    }

    /// <summary>Makes the fields what the plan's columns have become.</summary>
    public void Follow(TablePlan plan)
    {
        AddFieldsOf(plan);
        for (var index = 0; index < _fields.Count; index++)
        {
            Follow(plan, index);
        }
    }

    /// <summary>Takes what SQL computed over rows of the table; their fields are merged one by one.</summary>
    /// <param name="total">Number of rows.</param>
    /// <param name="firstMs">Earliest event time; any without rows.</param>
    /// <param name="lastMs">Latest event time; any without rows.</param>
    /// <param name="ends">How far they reach, by log partition.</param>
    /// <param name="extra">Values that no column took, by field.</param>
    public void Merge(
        long total, long firstMs, long lastMs, IReadOnlyDictionary<int, PartitionEnd> ends, IEnumerable<KeyValuePair<string, long>> extra)
    {
        if (total == 0)
        {
            return;
        }

        Total += total;
        FirstMs = Math.Min(FirstMs ?? long.MaxValue, firstMs);
        LastMs = Math.Max(LastMs ?? long.MinValue, lastMs);
        foreach (var (partition, end) in ends)
        {
            Reach(partition, end);
        }

        foreach (var (name, count) in extra)
        {
            _extra[name] = _extra.GetValueOrDefault(name) + count;
        }
    }

    /// <summary>Writes everything but the fields, for <see cref="Restore"/>. The same state gives the same bytes.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Total);
        if (Total == 0)
        {
            return;
        }

        writer.WriteSigned(FirstMs!.Value);
        writer.WriteSigned(LastMs!.Value);
        writer.WriteUnsigned((ulong)_ends.Count);
        foreach (var (partition, end) in _ends.OrderBy(static pair => pair.Key))
        {
            writer.WriteUnsigned((ulong)partition);
            writer.WriteSigned(end.Offset);
            writer.WriteSigned(end.ReceivedMs);
        }

        Seconds.Save(writer);
        Windows.Save(writer);
        writer.WriteUnsigned((ulong)_extra.Count);
        foreach (var (name, count) in _extra.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteText(name);
            writer.WriteUnsigned((ulong)count);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into a state without rows.</summary>
    /// <returns>False when late rows were told by another period of grace: the state is to be made from the table.</returns>
    public bool Restore(ref SnapshotReader reader)
    {
        Total = reader.ReadCount();
        if (Total == 0)
        {
            return true;
        }

        FirstMs = reader.ReadSigned();
        LastMs = reader.ReadSigned();
        for (var left = reader.ReadLength(bytesEachMin: 3); left > 0; left--)
        {
            var partition = (int)reader.ReadCount();
            var offset = reader.ReadSigned();
            Reach(partition, new PartitionEnd(offset, reader.ReadSigned()));
        }

        Seconds.Restore(ref reader);
        var isSameGrace = Windows.Restore(ref reader);
        for (var left = reader.ReadLength(bytesEachMin: 2); left > 0; left--)
        {
            var name = reader.ReadText();
            _extra[name] = reader.ReadCount();
        }

        return isSameGrace;
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

    /// <returns>The latest time of receipt.</returns>
    private long ApplyTimes(EventBatch batch, bool[]? keep)
    {
        var (first, last) = (FirstMs ?? long.MaxValue, LastMs ?? long.MinValue);
        var newestMs = long.MinValue;
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
                newestMs = Math.Max(newestMs, CountReceived(runMs, runCount));
                (runMs, runCount) = (batch.Received[row], 0);
            }

            runCount++;
        }

        (FirstMs, LastMs) = (first, last);
        return Math.Max(newestMs, CountReceived(runMs, runCount));
    }

    private void Reach(int partition, PartitionEnd end) =>
        _ends[partition] = _ends.TryGetValue(partition, out var known) ? known.Or(end) : end;

    // Events of one message, and mostly of one chunk, have the same time: one ring update a run.
    private long CountReceived(long receivedMs, long count)
    {
        if (count == 0)
        {
            return long.MinValue;
        }

        // As the table has it: see FixedColumnEncoder.
        receivedMs = Math.Clamp(receivedMs, ColumnFit.DateTimeMsMin, ColumnFit.DateTimeMsMax);
        Seconds.Add(receivedMs, count);
        return receivedMs;
    }

    private void ApplyField(FieldColumn column, bool[]? keep, in RowRanks ranks, TablePlan plan)
    {
        if (keep is not null && CountKept(column, keep) == 0)
        {
            return;
        }

        var known = plan.IndexOf(column.Name);
        var index = plan.Extend(column, keep, known < 0 ? null : _fields[known]);
        AddFieldsOf(plan);
        if (index >= 0)
        {
            Follow(plan, index);
        }

        var conflicts = index >= 0 ? _fields[index].Apply(column, keep, ranks) : CountKept(column, keep);
        if (conflicts > 0)
        {
            _extra[column.Name] = _extra.GetValueOrDefault(column.Name) + conflicts;
        }
    }

    private void Follow(TablePlan plan, int index) => _fields[index] = _fields[index].As(plan.Columns[index].Type);

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
