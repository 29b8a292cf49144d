using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Views;
using Analytics.Grains.Views.Sinks;

namespace Analytics.Grains.Metrics;

/// <content>Its views.</content>
internal sealed partial class MetricPipeline
{
    /// <summary>The metric's views.</summary>
    public MetricViews Views { get; private set; }

    /// <summary>The type of a field's column; <see langword="null"/> when it has none.</summary>
    public ColumnType? TypeOf(string field) => _plan.IndexOf(field) is >= 0 and var index ? _plan.Columns[index].Type : null;

    /// <summary>Makes a view of the table's rows; none may be buffered, and no insert under way.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">The table cannot be read now.</exception>
    public async Task MakeViewAsync(ViewDefinition view, CancellationToken cancellationToken) =>
        Views.Set(await Views.MakeAsync(_services.ClickHouse, view, TypeOf, Exists ? _store.QuotedName : null, StoredTypeOf, cancellationToken));

    /// <summary>A view's rows for its sinks; <see langword="null"/> when it is another one by now, or could not be made.</summary>
    public ISinkRows? SinkRowsOf(ViewDefinition view) => Views.Find(view.Name) is { } state && RollupShape.DefinitionOf(state.Definition) == RollupShape.DefinitionOf(view)
        ? new SinkRows
        {
            ClickHouse = _services.ClickHouse,
            Views = Views,
            View = state,
            Table = Exists ? _store.QuotedName : null,
            TypeOf = TypeOf,
            StoredTypeOf = StoredTypeOf,
            AreAllStored = WrittenRows == TakenRows,
        }
        : null;

    private void TakeIntoViews(BatchRows rows)
    {
        if (Views.Take(rows) is > 0 and var missed)
        {
            _services.Sinks?.Instruments.Missed(missed);
        }
    }

    private ColumnType? StoredTypeOf(string field) => _plan.IndexOf(field) is >= 0 and var index && _store.Has(_plan.Columns[index]) ? _plan.Columns[index].Type : null;

    private async Task MakeViewsAsync(CancellationToken cancellationToken)
    {
        foreach (var view in Settings.Views)
        {
            await MakeViewAsync(view, cancellationToken);
        }
    }

    private MetricViews NewViews() => new(_services.Time, _services.Metrics.GraceMs);
}
