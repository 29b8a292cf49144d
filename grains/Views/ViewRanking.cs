using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views;

/// <summary>Shows the groups of a window: the largest first, each with its values, and those that compare it with the others.</summary>
/// <param name="definition">The view.</param>
/// <param name="cellOfAggregate">Which cell of a group an aggregate is of; -1 for rows.</param>
/// <param name="typeOf">The type of a field's column; <see langword="null"/> when it has none, and the field no values.</param>
internal sealed class ViewRanking(ViewDefinition definition, int[] cellOfAggregate, Func<string, ColumnType?> typeOf)
{
    /// <summary>The rows of a window, the others last.</summary>
    public ViewRow[] Rows(ViewPane window)
    {
        var groups = window.Groups.OrderByDescending(pair => pair.Value.Rows).ThenBy(pair => Convert.ToHexString(pair.Key), StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)).ToList();
        var all = groups.ConvertAll(pair => pair.Value);
        var columns = definition.Aggregates.Select((aggregate, i) => Column(aggregate, cellOfAggregate[i], all, window.Others)).ToArray();
        var rows = groups.Select((pair, at) => new ViewRow(GroupKey.Values(pair.Key, definition.GroupBy.Count), false, [.. columns.Select(column => column[at])]));
        return [.. rows, .. window.Others is null ? [] : new[] { new ViewRow([], true, [.. columns.Select(column => column[^1])]) }];
    }

    // One value for each group, then that of the others: they have a share, and no rank.
    private JsonScalar?[] Column(ViewAggregate aggregate, int cell, List<ViewGroup> groups, ViewGroup? others)
    {
        double MeasureOf(ViewGroup group) => cell < 0 ? group.Rows : group.Cells[cell].Measure;
        switch (aggregate.Kind)
        {
            case ViewAggregateKind.Share:
                var sum = groups.Sum(MeasureOf) + (others is null ? 0 : MeasureOf(others));
                return [.. groups.Append<ViewGroup?>(others).Select(group => group is null || sum == 0 ? null : JsonScalar.Of(MeasureOf(group) / sum))];
            case ViewAggregateKind.Rank or ViewAggregateKind.PercentRank:
                var measures = groups.ConvertAll(MeasureOf).ToArray();
                var sorted = measures.Order().ToArray();
                return [.. measures.Select(measure => Rank(aggregate.Kind, measure, sorted)), null];
            default:
                return [.. groups.Append<ViewGroup?>(others).Select(group => group is null ? null
                    : cell < 0 ? JsonScalar.Of((Int128)group.Rows)
                    : group.Cells[cell].Show(aggregate.Kind, typeOf(aggregate.Field!) ?? ColumnType.Float64))];
        }
    }

    private static JsonScalar? Rank(ViewAggregateKind kind, double measure, double[] sorted)
    {
        // Of equal ones the first and the last.
        var fewer = LowerBound(sorted, measure);
        var more = sorted.Length - LowerBound(sorted, Math.BitIncrement(measure));
        return kind == ViewAggregateKind.Rank ? JsonScalar.Of((Int128)(more + 1)) : JsonScalar.Of(sorted.Length == 1 ? 0.0 : fewer / (sorted.Length - 1.0));
    }

    private static int LowerBound(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
