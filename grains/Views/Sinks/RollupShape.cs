using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Views.Sinks;

/// <summary>The columns that a view's windows are written to, and which definition they are of.</summary>
/// <param name="Definition">What is the same as long as the view says the same of the same rows: 16 hexadecimal digits.</param>
/// <param name="Columns">The columns, those of the window first.</param>
internal sealed record RollupShape(string Definition, IReadOnlyList<RollupColumn> Columns)
{
    /// <summary>The column with a window's begin.</summary>
    public const string StartName = "window_start";

    /// <summary>The column with a window's end.</summary>
    public const string EndName = "window_end";

    /// <summary>The column that marks all groups beyond the limit.</summary>
    public const string OtherName = "other";

    /// <summary>The column that says by which definition a row was made; of ClickHouse only.</summary>
    public const string DefinitionName = "definition";

    // No name of a field or an aggregate has it.
    private const char Separator = '\u001f';

    private static readonly RollupColumn[] OfWindow =
    [
        new(StartName, RollupType.Time, RollupSource.Start),
        new(EndName, RollupType.Time, RollupSource.End),
        new(OtherName, RollupType.Bool, RollupSource.Other),
    ];

    /// <summary>The shape of a view as its fields' types are now.</summary>
    public static RollupShape Of(ViewDefinition view, Func<string, ColumnType?> typeOf) => new(
        DefinitionOf(view),
        [
            .. OfWindow,
            .. view.GroupBy.Select((field, i) => new RollupColumn(field, OfGroup(typeOf(field)), RollupSource.Group, i)),
            .. view.Aggregates.Select((aggregate, i) => new RollupColumn(aggregate.Name, OfAggregate(aggregate, typeOf), RollupSource.Aggregate, i)),
        ]);

    /// <summary>The mark of a definition.</summary>
    public static string DefinitionOf(ViewDefinition view)
    {
        string[] parts =
        [
            .. view.GroupBy, string.Empty, .. view.Aggregates.Select(aggregate => aggregate.Name), string.Empty, Text(view.WindowMs), Text(view.EveryMs), Text(view.GroupsMax), view.Where ?? string.Empty,
        ];
        return ValueHash.Of(Encoding.UTF8.GetBytes(string.Join(Separator, parts))).ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>Names that two columns of a view would have; none when all have their own.</summary>
    public static IEnumerable<string> RepeatedNames(ViewDefinition view) =>
        OfWindow.Select(column => column.Name).Append(DefinitionName).Concat(view.GroupBy).Concat(view.Aggregates.Select(aggregate => aggregate.Name))
            .GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static RollupType? OfGroup(ColumnType? type) => type switch
    {
        null => null,
        ColumnType.Bool => RollupType.Bool,
        ColumnType.Int64 => RollupType.Integer,
        ColumnType.Float64 => RollupType.Number,
        ColumnType.DateTime => RollupType.Time,
        _ when type.Value.IsArray() => null,
        _ => RollupType.Text,
    };

    private static RollupType? OfAggregate(ViewAggregate aggregate, Func<string, ColumnType?> typeOf)
    {
        switch (aggregate.Kind)
        {
            case ViewAggregateKind.Count or ViewAggregateKind.Unique or ViewAggregateKind.Rank:
                return RollupType.Integer;
            case ViewAggregateKind.Share or ViewAggregateKind.PercentRank:
                return RollupType.Number;
            default:
                var type = typeOf(aggregate.Field!);
                return type is null || !ViewMeasure.Takes(aggregate.Kind, type.Value) ? null
                    : aggregate.Kind == ViewAggregateKind.Sum ? type == ColumnType.Int64 ? RollupType.LargeInteger : RollupType.Number
                    : aggregate.Kind is ViewAggregateKind.Min or ViewAggregateKind.Max ? OfGroup(type)
                    : RollupType.Number;
        }
    }
}
