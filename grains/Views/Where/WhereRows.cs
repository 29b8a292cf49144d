using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Where;

/// <summary>Which rows of a batch a condition is true of; and the same condition as SQL for the table's rows.</summary>
/// <param name="node">The condition.</param>
/// <param name="typeOf">The type of a field's column; <see langword="null"/> when it has none: no row has a value then.</param>
internal sealed class WhereRows(WhereNode node, Func<string, ColumnType?> typeOf)
{
    /// <summary>A mark for every row of the batch.</summary>
    public bool[] Of(EventBatch batch) => Of(node, batch);

    /// <summary>An expression that is 1 or 0, never NULL.</summary>
    public string Sql => SqlOf(node);

    private bool[] Of(WhereNode one, EventBatch batch)
    {
        var marks = new bool[batch.Count];
        switch (one)
        {
            case WhereAll all:
                Array.Fill(marks, true);
                foreach (var other in all.Nodes.Select(part => Of(part, batch)))
                {
                    for (var row = 0; row < marks.Length; row++)
                    {
                        marks[row] &= other[row];
                    }
                }

                break;
            case WhereAny any:
                foreach (var other in any.Nodes.Select(part => Of(part, batch)))
                {
                    for (var row = 0; row < marks.Length; row++)
                    {
                        marks[row] |= other[row];
                    }
                }

                break;
            case WhereNot not:
                Array.Copy(Of(not.Node, batch), marks, marks.Length);
                Invert(marks);
                break;
            case WhereMissing missing:
                Mark(missing.Field, batch, marks, tests: null);
                Invert(marks);
                break;
            case WhereCompare compare:
                MarkTests(compare.Field, [compare], batch, marks);
                break;
            case WhereIn isIn:
                MarkTests(isIn.Field, [.. isIn.Literals.Select(literal => new WhereCompare(isIn.Field, WhereOperator.Equal, literal))], batch, marks);
                break;
        }

        return marks;
    }

    private void MarkTests(string field, WhereCompare[] compares, EventBatch batch, bool[] marks)
    {
        if (typeOf(field) is not { } type)
        {
            return;
        }

        var tests = compares.Select(compare => WhereTest.Of(type, compare.Operator, compare.Literal)).OfType<WhereTest>().ToArray();
        Mark(field, batch, marks, tests);
    }

    // Rows whose value passes one of the tests; without tests all that have a value.
    private void Mark(string field, EventBatch batch, bool[] marks, WhereTest[]? tests)
    {
        if (typeOf(field) is not { } type || Array.Find(batch.Fields, column => column.Name == field) is not { } column)
        {
            return;
        }

        for (var i = 0; i < column.Count; i++)
        {
            if (ColumnFit.Fits(column, i, type) && HasValue(column, i, type) && (tests is null || IsAny(tests, column, i)))
            {
                marks[column.RowAt(i)] = true;
            }
        }
    }

    private static bool IsAny(WhereTest[] tests, FieldColumn column, int index)
    {
        foreach (var test in tests)
        {
            if (test.Is(column, index))
            {
                return true;
            }
        }

        return false;
    }

    // An array without elements is no value, as live state has it.
    private static bool HasValue(FieldColumn column, int index, ColumnType type) => !type.IsArray() || column.BytesAt(index).Length > 0;

    private static void Invert(bool[] marks)
    {
        for (var row = 0; row < marks.Length; row++)
        {
            marks[row] = !marks[row];
        }
    }

    private string SqlOf(WhereNode one) => one switch
    {
        WhereAll all => $"({string.Join(" AND ", all.Nodes.Select(SqlOf))})",
        WhereAny any => $"({string.Join(" OR ", any.Nodes.Select(SqlOf))})",
        WhereNot not => $"(NOT {SqlOf(not.Node)})",
        WhereMissing missing => typeOf(missing.Field) is { } type
            ? $"{(type.IsArray() ? "empty" : "isNull")}({ClickHouse.SqlText.Identifier(missing.Field)})"
            : "1",
        WhereCompare compare => CompareSql(compare.Field, compare.Operator, compare.Literal),
        WhereIn isIn => $"({string.Join(" OR ", isIn.Literals.Select(literal => CompareSql(isIn.Field, WhereOperator.Equal, literal)))})",
        _ => throw new InvalidOperationException($"There is no SQL for a {one.GetType().Name}."),
    };

    private string CompareSql(string field, WhereOperator comparison, WhereLiteral literal) =>
        typeOf(field) is { } type && WhereTest.Of(type, comparison, literal) is { } test
            ? $"ifNull({ClickHouse.SqlText.Identifier(field)} {SignOf(comparison)} {test.LiteralSql}, 0)"
            : "0";

    private static string SignOf(WhereOperator comparison) => comparison switch
    {
        WhereOperator.Equal => "=",
        WhereOperator.NotEqual => "!=",
        WhereOperator.Less => "<",
        WhereOperator.LessOrEqual => "<=",
        WhereOperator.Greater => ">",
        _ => ">=",
    };
}
