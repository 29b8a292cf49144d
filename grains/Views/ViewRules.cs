using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Views.Where;

namespace Analytics.Grains.Views;

/// <summary>What a view may be.</summary>
internal static class ViewRules
{
    /// <summary>Views of a metric at most: each is evaluated for every event.</summary>
    public const int ViewsMax = 20;

    /// <summary>Characters of a name at most.</summary>
    public const int NameMax = 64;

    /// <summary>Fields of a group at most.</summary>
    public const int GroupByMax = 4;

    /// <summary>Aggregates at most.</summary>
    public const int AggregatesMax = 16;

    /// <summary>Windows that may overlap at a moment: each is made of as many panes when it is read.</summary>
    public const int OverlapMax = 60;

    /// <summary>The shortest time between two windows.</summary>
    public const long EveryMsMin = 1000;

    /// <summary>The longest window, 30 days.</summary>
    public const long WindowMsMax = 30L * 86_400_000;

    /// <summary>Groups of a window at most; more is a table.</summary>
    public const int GroupsMax = 10_000;

    /// <summary>What is wrong with a definition, in the caller's words; <see langword="null"/> when nothing is.</summary>
    /// <param name="view">The definition.</param>
    /// <param name="typeOf">The type of a field's column; a field without one may get it later.</param>
    public static string? WhyNot(ViewDefinition view, Func<string, ColumnType?> typeOf) =>
        WhyNotName(view.Name)
        ?? WhyNotGroups(view, typeOf)
        ?? WhyNotWindows(view)
        ?? WhyNotAggregates(view, typeOf)
        ?? WhyNotWhere(view.Where, typeOf);

    private static string? WhyNotName(string name) =>
        name.Length is >= 1 and <= NameMax && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? null
            : $"A view's name is 1 to {NameMax} letters, digits, '_' and '-', not '{name}'.";

    private static string? WhyNotGroups(ViewDefinition view, Func<string, ColumnType?> typeOf) =>
        view.GroupBy.Count > GroupByMax ? $"group_by has {view.GroupBy.Count} fields; {GroupByMax} are allowed."
        : view.GroupBy.Any(string.IsNullOrEmpty) ? "group_by has a field without a name."
        : view.GroupBy.Distinct(StringComparer.Ordinal).Count() < view.GroupBy.Count ? "group_by names a field twice."
        : view.GroupBy.FirstOrDefault(name => typeOf(name)?.IsArray() ?? false) is { } array ? $"group_by: '{array}' is an array."
        : view.GroupsMax is < 1 or > GroupsMax ? $"groups is {view.GroupsMax}; it may be 1 to {GroupsMax}."
        : null;

    private static string? WhyNotWindows(ViewDefinition view) =>
        view.WindowMs is < EveryMsMin or > WindowMsMax || view.WindowMs % 1000 != 0 ? "window is whole seconds from 1s to 30d."
        : view.EveryMs < EveryMsMin || view.EveryMs % 1000 != 0 || view.WindowMs % view.EveryMs != 0 ? "every is whole seconds, and window an even multiple of it."
        : view.WindowMs / view.EveryMs > OverlapMax ? $"window is {view.WindowMs / view.EveryMs} times every; {OverlapMax} are allowed."
        : null;

    private static string? WhyNotAggregates(ViewDefinition view, Func<string, ColumnType?> typeOf)
    {
        if (view.Aggregates.Count is < 1 or > AggregatesMax)
        {
            return $"aggregates has {view.Aggregates.Count} entries; 1 to {AggregatesMax} are allowed.";
        }

        if (view.Aggregates.GroupBy(aggregate => aggregate.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return $"aggregates has '{twice.Key}' twice.";
        }

        foreach (var aggregate in view.Aggregates)
        {
            var name = ViewAggregate.NameOf(aggregate.Kind);
            if (aggregate.Field is null)
            {
                if (!IsOfRows(aggregate.Kind))
                {
                    return $"aggregates: {name} needs a field.";
                }
            }
            else if (aggregate.Field.Length == 0)
            {
                return $"aggregates: {name} has a field without a name.";
            }
            else if (typeOf(aggregate.Field) is { } type && !ViewMeasure.Takes(aggregate.Kind, type))
            {
                return $"aggregates: {name} cannot be made of '{aggregate.Field}', a column of type {type}.";
            }
        }

        return null;
    }

    private static bool IsOfRows(ViewAggregateKind kind) =>
        kind is ViewAggregateKind.Count or ViewAggregateKind.Share or ViewAggregateKind.Rank or ViewAggregateKind.PercentRank;

    private static string? WhyNotWhere(string? where, Func<string, ColumnType?> typeOf)
    {
        if (where is null)
        {
            return null;
        }

        try
        {
            return WhyNotNode(WhereParser.Read(where), typeOf);
        }
        catch (WhereException exception)
        {
            return $"where: {exception.Message}";
        }
    }

    private static string? WhyNotNode(WhereNode node, Func<string, ColumnType?> typeOf) => node switch
    {
        WhereAll all => all.Nodes.Select(one => WhyNotNode(one, typeOf)).FirstOrDefault(why => why is not null),
        WhereAny any => any.Nodes.Select(one => WhyNotNode(one, typeOf)).FirstOrDefault(why => why is not null),
        WhereNot not => WhyNotNode(not.Node, typeOf),
        WhereCompare compare => WhyNotCompare(compare.Field, compare.Operator, compare.Literal, typeOf),
        WhereIn isIn => isIn.Literals.Select(literal => WhyNotCompare(isIn.Field, WhereOperator.Equal, literal, typeOf)).FirstOrDefault(why => why is not null),
        _ => null,
    };

    private static string? WhyNotCompare(string field, WhereOperator comparison, WhereLiteral literal, Func<string, ColumnType?> typeOf) =>
        typeOf(field) is { } type && WhereTest.Of(type, comparison, literal) is null
            ? $"where: '{field}', a column of type {type}, cannot be compared with {literal} so."
            : null;
}
