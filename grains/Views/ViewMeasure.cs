using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Views.Cells;

namespace Analytics.Grains.Views;

/// <summary>A field of which something is kept, for one aggregate or several.</summary>
/// <param name="Field">The field.</param>
/// <param name="Kind">One of the aggregates it is for: those of a kind share a cell.</param>
internal sealed record ViewMeasure(string Field, ViewAggregateKind Kind)
{
    /// <summary>The kind that stands for all that share a cell with this one.</summary>
    public static ViewAggregateKind Common(ViewAggregateKind kind) => kind switch
    {
        ViewAggregateKind.Avg or ViewAggregateKind.Share or ViewAggregateKind.Rank or ViewAggregateKind.PercentRank => ViewAggregateKind.Sum,
        ViewAggregateKind.Max => ViewAggregateKind.Min,
        ViewAggregateKind.P90 or ViewAggregateKind.P99 => ViewAggregateKind.P50,
        _ => kind,
    };

    /// <summary>Whether the aggregate can be made of a column of this type.</summary>
    public static bool Takes(ViewAggregateKind kind, ColumnType type) => Common(kind) switch
    {
        ViewAggregateKind.Count => true,
        ViewAggregateKind.Unique => !type.IsArray(),
        ViewAggregateKind.Min => type is ColumnType.Int64 or ColumnType.Float64 or ColumnType.DateTime,
        _ => type is ColumnType.Int64 or ColumnType.Float64,
    };

    /// <summary>An empty cell.</summary>
    public ViewCell NewCell() => ViewCell.Of(Kind);
}
