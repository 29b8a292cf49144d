using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views;

/// <summary>A metric's views. A function of its rows, of their definitions and of now.</summary>
/// <param name="time">Clock.</param>
/// <param name="graceMs">How long after a window's end its events may be received, milliseconds.</param>
internal sealed class MetricViews(TimeProvider time, long graceMs)
{
    private readonly SortedDictionary<string, ViewState> _views = new(StringComparer.Ordinal);

    /// <summary>Whether there are none: nothing is to be done for an event then.</summary>
    public bool IsEmpty => _views.Count == 0;

    /// <summary>Takes rows into all of them.</summary>
    /// <returns>Rows of windows that sinks had written before.</returns>
    public long Take(BatchRows rows)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var nowMs = NowMs;
        var missed = 0L;
        foreach (var view in _views.Values)
        {
            var before = view.Missed;
            view.Take(rows, nowMs);
            missed += view.Missed - before;
        }

        return missed;
    }

    /// <summary>Makes a view of a table's rows; all that are taken must be there.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="typeOf">The type of a field's column, planned or there.</param>
    /// <param name="table">The quoted table name; <see langword="null"/> when there is no table.</param>
    /// <param name="storedTypeOf">The type of a column that the table has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">The table cannot be read now.</exception>
    public async Task<ViewState> MakeAsync(
        IClickHouse clickHouse, ViewDefinition definition, Func<string, ColumnType?> typeOf, string? table, Func<string, ColumnType?> storedTypeOf,
        CancellationToken cancellationToken)
    {
        var view = new ViewState(definition, typeOf, graceMs);
        if (table is not null)
        {
            view.TakeStored(await clickHouse.QueryAsync(view.StoredSql(table, storedTypeOf, NowMs), RowBinaryReader.Format, null, cancellationToken), storedTypeOf);
        }

        return view;
    }

    /// <summary>Keeps a view from now on, in place of one of the same name.</summary>
    public void Set(ViewState view) => _views[view.Definition.Name] = view;

    /// <summary>Lets go of a view.</summary>
    public void Remove(string name) => _views.Remove(name);

    /// <summary>A view; <see langword="null"/> when there is no such view.</summary>
    public ViewState? Find(string name) => _views.GetValueOrDefault(name);

    /// <summary>Makes the part of a view that a table has of some time.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="view">The view.</param>
    /// <param name="typeOf">The type of a field's column, planned or there.</param>
    /// <param name="table">The quoted table name.</param>
    /// <param name="storedTypeOf">The type of a column that the table has.</param>
    /// <param name="fromMs">Begin of its first pane.</param>
    /// <param name="toMs">End of its last one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">The table cannot be read now.</exception>
    public async Task<ViewState> MakePartAsync(
        IClickHouse clickHouse, ViewState view, Func<string, ColumnType?> typeOf, string table, Func<string, ColumnType?> storedTypeOf, long fromMs, long toMs,
        CancellationToken cancellationToken)
    {
        var part = new ViewState(view.Definition, typeOf, graceMs);
        part.TakeStored(await clickHouse.QueryAsync(view.StoredSql(table, storedTypeOf, fromMs, toMs), RowBinaryReader.Format, null, cancellationToken), storedTypeOf);
        return part;
    }

    /// <summary>A view's newest windows; <see langword="null"/> when there is no such view.</summary>
    public ViewSnapshot? Read(string name) =>
        _views.TryGetValue(name, out var view) ? new ViewSnapshot(view.Definition, view.Late, [.. view.Read(NowMs)]) { Missed = view.Missed } : null;

    /// <summary>What a view is; <see langword="null"/> when there is no such view.</summary>
    public ViewDefinition? DefinitionOf(string name) => _views.GetValueOrDefault(name)?.Definition;

    /// <summary>When a view's first rows are of, UTC milliseconds since 1970: the begin of the first pane that is kept; the end of time without any.</summary>
    public long FirstOf(string name) => _views.GetValueOrDefault(name)?.FirstMs ?? long.MaxValue;

    /// <summary>One window of a view; <see langword="null"/> when there is no such view.</summary>
    /// <param name="name">The view.</param>
    /// <param name="startMs">The window's begin.</param>
    public ViewWindow? ReadWindow(string name, long startMs) => _views.GetValueOrDefault(name)?.ReadWindow(startMs, NowMs);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
