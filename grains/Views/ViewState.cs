using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Windows;
using Analytics.Grains.Views.Cells;
using Analytics.Grains.Views.Where;

namespace Analytics.Grains.Views;

/// <summary>
/// A view's newest windows. Whether a row is in its windows is decided by the row alone: it was received before their end and the period of grace, and not longer than that before its own time.
/// Windows that overlap are made of panes that do not, when they are read.
/// </summary>
internal sealed partial class ViewState
{
    /// <summary>Windows that can be read, the running one included.</summary>
    public const int WindowsKept = 60;

    private readonly SortedDictionary<long, ViewPane> _panes = [];
    private readonly Func<string, ColumnType?> _typeOf;
    private readonly WhereNode? _condition;
    private readonly WhereRows? _where;
    private readonly ViewMeasure[] _measures;
    private readonly ViewRanking _ranking;
    private readonly long _graceMs;
    private ByteBuffer _key = new(64);

    /// <summary>A view without rows.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="typeOf">The type of a field's column; a field without one has no values.</param>
    /// <param name="graceMs">How long after a window's end its events may be received, milliseconds.</param>
    /// <exception cref="WhereException">The condition is none.</exception>
    public ViewState(ViewDefinition definition, Func<string, ColumnType?> typeOf, long graceMs)
    {
        Definition = definition;
        _typeOf = typeOf;
        _graceMs = graceMs;
        _condition = definition.Where is null ? null : WhereParser.Read(definition.Where);
        _where = _condition is null ? null : new WhereRows(_condition, typeOf);
        var measureOfAggregate = definition.Aggregates.Select(MeasureOf).ToArray();
        _measures = [.. measureOfAggregate.OfType<ViewMeasure>().Distinct()];
        _ranking = new ViewRanking(definition, Array.ConvertAll(measureOfAggregate, measure => measure is null ? -1 : Array.IndexOf(_measures, measure)), typeOf);
    }

    /// <summary>What it is.</summary>
    public ViewDefinition Definition { get; }

    /// <summary>Rows that came too late for their windows, since this state was made.</summary>
    public long Late { get; private set; }

    /// <summary>Takes rows.</summary>
    public void Take(BatchRows rows, long nowMs)
    {
        var batch = rows.Batch;
        var marks = _where?.Of(batch);
        var groups = new ViewGroup?[batch.Count];
        var groupBy = GroupColumns(batch);
        var hasRows = false;
        Changes++;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows.RowAt(i);
            if ((marks is null || marks[row]) && PaneAt(batch.Times[row], batch.Received[row], nowMs) is { } pane)
            {
                groups[row] = pane.At(KeyOf(row, groupBy));
                groups[row]!.Rows++;
                hasRows = true;
            }
        }

        for (var i = 0; i < _measures.Length && hasRows; i++)
        {
            TakeMeasure(i, batch, groups);
        }
    }

    /// <summary>The query for what a table has of the windows that are kept.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="typeOf">The types of the columns that it has.</param>
    /// <param name="nowMs">Now, UTC milliseconds since 1970.</param>
    public string StoredSql(string table, Func<string, ColumnType?> typeOf, long nowMs) => StoredSql(table, typeOf, FirstKept(nowMs), null);

    /// <summary>The query for what a table has of a part of its time.</summary>
    /// <param name="table">The quoted table name.</param>
    /// <param name="typeOf">The types of the columns that it has.</param>
    /// <param name="fromMs">Begin of the first pane, UTC milliseconds since 1970.</param>
    /// <param name="toMs">End of the last one; <see langword="null"/> for all that follow.</param>
    public string StoredSql(string table, Func<string, ColumnType?> typeOf, long fromMs, long? toMs)
    {
        var every = Definition.EveryMs.ToString(CultureInfo.InvariantCulture);
        var grace = _graceMs.ToString(CultureInfo.InvariantCulture);
        var groups = Definition.GroupBy.Select((name, i) => $"{GroupKey.StoredSql(SqlText.Identifier(name), GroupTypeOf(name, typeOf))} AS group{i}").ToArray();
        var cells = _measures.SelectMany(measure => FittingTypeOf(measure, typeOf) is { } type ? ViewCell.Sql(measure.Kind, SqlText.Identifier(measure.Field), type) : []);
        return $"SELECT {string.Join(", ", [$"toInt64({TimeSlot.BeginSql(Definition.EveryMs)}) AS pane", .. groups, "count()", .. cells])} FROM {table} " +
            $"WHERE {FixedColumns.Time} >= {TimeSql(fromMs)}{(toMs is { } to ? $" AND {FixedColumns.Time} < {TimeSql(to)}" : string.Empty)} " +
            $"AND {FixedColumns.TimeMsSql} <= {FixedColumns.ReceivedMsSql} + {grace} AND {FixedColumns.ReceivedMsSql} < pane + {every} + {grace} AND {(_condition is null ? "1" : new WhereRows(_condition, typeOf).Sql)} " +
            $"GROUP BY {string.Join(", ", Enumerable.Range(0, groups.Length).Select(i => $"group{i}").Prepend("pane"))}";
    }

    /// <summary>Takes what the query answered, into a state without rows.</summary>
    /// <param name="answer">In <see cref="RowBinaryReader.Format"/>.</param>
    /// <param name="typeOf">As for the query.</param>
    public void TakeStored(ReadOnlyMemory<byte> answer, Func<string, ColumnType?> typeOf)
    {
        var reader = new RowBinaryReader(answer);
        while (!reader.IsAtEnd)
        {
            var start = reader.ReadInt64();
            _key.Length = 0;
            foreach (var name in Definition.GroupBy)
            {
                GroupKey.AppendStored(ref _key, ref reader, GroupTypeOf(name, typeOf));
            }

            var group = NewGroup();
            group.Rows = (long)reader.ReadUInt64();
            for (var i = 0; i < _measures.Length; i++)
            {
                if (FittingTypeOf(_measures[i], typeOf) is { } type)
                {
                    group.Cells[i].AddStored(ref reader, type);
                }
            }

            if (!_panes.TryGetValue(start, out var pane))
            {
                _panes.Add(start, pane = new ViewPane(Definition.GroupsMax, NewGroup));
            }

            pane.At(_key.Written).Add(group);
        }
    }

    /// <summary>The newest windows, the newest last: those that have begun, without any before the first with rows.</summary>
    public IReadOnlyList<ViewWindow> Read(long nowMs)
    {
        Forget(nowMs);
        var windows = new List<ViewWindow>();
        var last = StartOf(nowMs);
        for (var start = last - ((WindowsKept - 1) * Definition.EveryMs); start <= last; start += Definition.EveryMs)
        {
            var panes = PanesOf(start);
            if (panes.Count > 0 || windows.Count > 0)
            {
                windows.Add(WindowOf(start, panes, nowMs));
            }
        }

        return windows;
    }

    /// <summary>The begin of the first pane that has rows, UTC milliseconds since 1970; <see langword="null"/> when none has.</summary>
    public long? FirstMs => _panes.Count > 0 ? _panes.Keys.First() : null;

    /// <summary>One of the windows, without rows when it has none or is not kept.</summary>
    /// <param name="startMs">Its begin.</param>
    /// <param name="nowMs">Now, UTC milliseconds since 1970.</param>
    public ViewWindow ReadWindow(long startMs, long nowMs)
    {
        Forget(nowMs);
        return WindowOf(startMs, PanesOf(startMs), nowMs);
    }

    private static ViewMeasure? MeasureOf(ViewAggregate aggregate) =>
        aggregate.Field is { } field ? new ViewMeasure(field, ViewMeasure.Common(aggregate.Kind)) : null;

    private static ColumnType? GroupTypeOf(string name, Func<string, ColumnType?> typeOf) => typeOf(name) is { } type && !type.IsArray() ? type : null;

    private static ColumnType? FittingTypeOf(ViewMeasure measure, Func<string, ColumnType?> typeOf) =>
        typeOf(measure.Field) is { } type && ViewMeasure.Takes(measure.Kind, type) ? type : null;

    private ViewGroup NewGroup() => new(Array.ConvertAll(_measures, static measure => measure.NewCell()));

    private long StartOf(long timeMs) => TimeSlot.Of(timeMs, Definition.EveryMs) * Definition.EveryMs;

    private ViewPane? PaneAt(long timeMs, long receivedMs, long nowMs)
    {
        var start = StartOf(timeMs);
        if (receivedMs >= start + Definition.EveryMs + _graceMs)
        {
            Late++;
            return null;
        }

        if (timeMs > receivedMs + _graceMs || start < FirstKept(nowMs))
        {
            return null;
        }

        // The first of its windows is the first to be written.
        Missed += start - (Definition.WindowMs - Definition.EveryMs) < _writtenBeforeMs ? 1 : 0;
        if (!_panes.TryGetValue(start, out var pane))
        {
            Forget(nowMs);
            _panes.Add(start, pane = new ViewPane(Definition.GroupsMax, NewGroup));
        }

        return pane;
    }

    private static string TimeSql(long timeMs) => $"fromUnixTimestamp64Milli({timeMs.ToString(CultureInfo.InvariantCulture)}, 'UTC')";

    // The first pane of the oldest window that can be read.
    private long FirstKept(long nowMs) => StartOf(nowMs) - ((WindowsKept - 1) * Definition.EveryMs);

    private void Forget(long nowMs)
    {
        while (_panes.Count > 0 && _panes.Keys.First() is var start && start < FirstKept(nowMs))
        {
            _panes.Remove(start);
        }
    }

    private GroupColumn?[] GroupColumns(EventBatch batch)
    {
        var groupBy = new GroupColumn?[Definition.GroupBy.Count];
        for (var i = 0; i < groupBy.Length; i++)
        {
            var name = Definition.GroupBy[i];
            if (GroupTypeOf(name, _typeOf) is { } type && Array.Find(batch.Fields, column => column.Name == name) is { } column)
            {
                groupBy[i] = new GroupColumn(column, type, batch.Count);
            }
        }

        return groupBy;
    }

    private ReadOnlySpan<byte> KeyOf(int row, GroupColumn?[] groupBy)
    {
        _key.Length = 0;
        foreach (var column in groupBy)
        {
            if (column is null)
            {
                GroupKey.AppendNone(ref _key);
            }
            else
            {
                column.Append(ref _key, row);
            }
        }

        return _key.Written;
    }

    private void TakeMeasure(int measure, EventBatch batch, ViewGroup?[] groups)
    {
        if (FittingTypeOf(_measures[measure], _typeOf) is not { } type || Array.Find(batch.Fields, column => column.Name == _measures[measure].Field) is not { } column)
        {
            return;
        }

        for (var index = 0; index < column.Count; index++)
        {
            if (groups[column.RowAt(index)] is { } group && ColumnFit.Fits(column, index, type) && !(type.IsArray() && column.BytesAt(index).IsEmpty))
            {
                (group.Successor ?? group).Cells[measure].Add(column, index, type);
            }
        }
    }

    private List<ViewPane> PanesOf(long start)
    {
        var panes = new List<ViewPane>();
        for (var at = start; at < start + Definition.WindowMs; at += Definition.EveryMs)
        {
            if (_panes.TryGetValue(at, out var pane))
            {
                panes.Add(pane);
            }
        }

        return panes;
    }

    private ViewWindow WindowOf(long start, List<ViewPane> panes, long nowMs) =>
        new(start, start + Definition.WindowMs, nowMs >= CloseOf(start), RowsOf(panes));

    private ViewRow[] RowsOf(List<ViewPane> panes)
    {
        var sum = panes.Count == 1 ? panes[0] : new ViewPane(Definition.GroupsMax, NewGroup);
        foreach (var pane in panes.Count == 1 ? [] : panes)
        {
            sum.Add(pane);
        }

        return _ranking.Rows(sum);
    }
}
