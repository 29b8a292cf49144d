using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <content>What the table's columns are.</content>
internal sealed partial class MetricPipeline
{
    /// <summary>The table's columns as of now.</summary>
    public MetricSchema DescribeSchema() => new()
    {
        Project = Project,
        Metric = Metric,
        Table = _store.Table,
        Version = _tableVersion,
        Columns =
        [
            .. _plan.Columns.Select(column => new SchemaColumn(
                column.Name, ColumnLabel.Of(column.Type), column.Type.ToSql(),
                _live.Extra.GetValueOrDefault(column.Name), _store.Has(column))),
        ],
        Extra =
        [
            .. _live.Extra.Where(pair => _plan.IndexOf(pair.Key) < 0).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new ExtraField(pair.Key, pair.Value, WhyExtra(pair.Key))),
        ],
        Settings = Settings,
    };

    private string WhyExtra(string name) =>
        _plan.WithoutColumn.GetValueOrDefault(name) ?? _plan.WhyNoColumn(name)
        ?? (EngineNames.IsNested(name) ? ExtraReason.ReservedName : ExtraReason.EmptyArray);
}
