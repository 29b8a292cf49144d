using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Tests.Columns;

namespace Analytics.Tests.Metrics;

/// <summary>A metric's live state, worked out slowly and from the rules in words: which rows count, which column a field gets, what is known of it.</summary>
internal sealed class MetricOracle(string project, int columnsMax, ImpatientTime time)
{
    private static readonly string[] Reserved = ["_time", "_id", "_received", "_partition", "_offset", "_seq", "_inserted", "_extra"];

    private readonly List<TestRow> _rows = [];
    private readonly HashSet<string> _ids = [];
    private readonly SortedDictionary<int, long> _taken = [];
    private readonly SortedDictionary<int, long> _withRows = [];
    private readonly List<(string Name, FieldOracle Field)> _fields = [];
    private readonly Dictionary<string, int> _extra = [];
    private long _duplicates;

    /// <summary>Takes a batch's rows.</summary>
    public void Take(int partition, IReadOnlyList<TestRow> rows)
    {
        var taken = _taken.GetValueOrDefault(partition, -1);
        var kept = new List<TestRow>();
        foreach (var row in rows.Where(row => row.Offset > taken))
        {
            if (row.Id.Length == 0 || _ids.Add(row.Id))
            {
                kept.Add(row);
                _withRows[partition] = row.Offset;
            }
            else
            {
                _duplicates++;
            }
        }

        _taken[partition] = Math.Max(taken, rows[^1].Offset);
        _rows.AddRange(kept);

        // Fields in the order of the batch, dropped rows included: that is the order the decoder saw them in.
        foreach (var name in rows.SelectMany(row => row.Fields.Keys).Distinct())
        {
            TakeField(name, [.. kept.Where(row => row.Fields.ContainsKey(name)).Select(row => row.Fields[name])]);
        }
    }

    public MetricSnapshot Describe()
    {
        var second = time.NowMs / 1000;
        return new MetricSnapshot
        {
            Project = project,
            Metric = "m",
            Total = _rows.Count,
            Duplicates = _duplicates,
            Late = _rows.Count(row => row.Received - row.Time > 60_000),
            FirstMs = _rows.Count == 0 ? null : _rows.Min(row => row.Time),
            LastMs = _rows.Count == 0 ? null : _rows.Max(row => row.Time),
            RateSecond = _rows.Count(row => row.Received / 1000 == second - 1),
            RateMinute = _rows.Count(row => row.Received / 1000 >= second - 60 && row.Received / 1000 < second),
            DurableRows = _rows.Count,
            DurablePositions = [.. _withRows.Select(pair => new PartitionPosition(pair.Key, pair.Value))],
            FreshnessMs = 0,
            Fields = [.. _fields.Select(pair => Describe(pair.Name, pair.Field))],
        };
    }

    private FieldSnapshot Describe(string name, FieldOracle field)
    {
        field.Conflicts = _extra.GetValueOrDefault(name);
        return field.Describe(_rows.Count);
    }

    private void TakeField(string name, TestValue[] values)
    {
        if (values.Length == 0)
        {
            return;
        }

        var field = _fields.Find(pair => pair.Name == name).Field;
        if (field is null && TypeOf(name, values) is { } type)
        {
            field = new FieldOracle(name, type);
            _fields.Add((name, field));
        }

        if (Array.Exists(values, value => value.Kind == FieldKind.Float64))
        {
            field?.Widen();
        }

        foreach (var value in values)
        {
            if (field is null || !field.TryTake(value))
            {
                _extra[name] = _extra.GetValueOrDefault(name) + 1;
            }
        }
    }

    private ColumnType? TypeOf(string name, TestValue[] values)
    {
        var first = Array.Find(values, value => value.Kind != FieldKind.EmptyArray);
        if (Reserved.Contains(name) || _fields.Count >= columnsMax || first is null)
        {
            return null;
        }

        var isArray = first.Data is object?[];
        return isArray && name.Contains('.', StringComparison.Ordinal) ? null : first.Kind switch
        {
            FieldKind.Json or FieldKind.String => ColumnType.String,
            FieldKind.Bool => ColumnType.Bool,
            FieldKind.Int64 => ColumnType.Int64,
            FieldKind.Float64 => ColumnType.Float64,
            FieldKind.DateTime => ColumnType.DateTime,
            FieldKind.BoolArray => ColumnType.ArrayBool,
            FieldKind.Int64Array => ColumnType.ArrayInt64,
            FieldKind.Float64Array => ColumnType.ArrayFloat64,
            _ => ColumnType.ArrayString,
        };
    }
}
