using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Where;

/// <summary>Compares values of a column of one type with a literal, exactly: integers and doubles by their mathematical value, texts by their bytes, as the engine does.</summary>
internal sealed class WhereTest
{
    private readonly ColumnType _type;
    private readonly WhereOperator _operator;
    private readonly WhereLiteral _literal;
    private readonly byte[] _utf8;
    private readonly long _timeMs;

    private WhereTest(ColumnType type, WhereOperator comparison, WhereLiteral literal, long timeMs)
    {
        _type = type;
        _operator = comparison;
        _literal = literal;
        _utf8 = literal.Kind == WhereLiteralKind.Text ? literal.Utf8 : [];
        _timeMs = timeMs;
    }

    /// <summary>The test; <see langword="null"/> when no value of the type can be compared with the literal so.</summary>
    public static WhereTest? Of(ColumnType type, WhereOperator comparison, WhereLiteral literal)
    {
        var timeMs = 0L;
        var isOfType = literal.Kind switch
        {
            WhereLiteralKind.Bool => type == ColumnType.Bool && comparison is WhereOperator.Equal or WhereOperator.NotEqual,
            WhereLiteralKind.Text => type.IsText() || (type == ColumnType.DateTime && Iso8601.TryParse(literal.Utf8, out timeMs)),
            _ => type is ColumnType.Int64 or ColumnType.Float64,
        };
        return isOfType ? new WhereTest(type, comparison, literal, timeMs) : null;
    }

    /// <summary>The literal as SQL of the column's type.</summary>
    public string LiteralSql => _type == ColumnType.DateTime
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli({_timeMs}, 'UTC')")
        : _literal.Kind == WhereLiteralKind.Text ? ClickHouse.SqlText.Literal(_literal.Text) : $"({_literal})";

    /// <summary>Whether value <paramref name="index"/> (not row) of a column passes; it must fit the type.</summary>
    public bool Is(FieldColumn column, int index)
    {
        var order = _type switch
        {
            ColumnType.Int64 => OfInteger(column.Bits[index]),
            ColumnType.Float64 => OfNumber(column.KindAt(index) == FieldKind.Int64 ? column.Bits[index] : BitConverter.Int64BitsToDouble(column.Bits[index])),
            ColumnType.Bool => column.Bits[index].CompareTo(_literal.Integer),
            ColumnType.DateTime => ColumnFit.TryDateTime(column, index, out var timeMs) ? timeMs.CompareTo(_timeMs) : 0,
            _ => column.BytesAt(index).SequenceCompareTo(_utf8),
        };
        return _operator switch
        {
            WhereOperator.Equal => order == 0,
            WhereOperator.NotEqual => order != 0,
            WhereOperator.Less => order < 0,
            WhereOperator.LessOrEqual => order <= 0,
            WhereOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private int OfInteger(long value) => _literal.Kind == WhereLiteralKind.Integer ? value.CompareTo(_literal.Integer) : Compare(value, _literal.Number);

    private int OfNumber(double value) => _literal.Kind == WhereLiteralKind.Integer ? -Compare(_literal.Integer, value) : value.CompareTo(_literal.Number);

    // Not by way of a double: beyond 2^53 it would make neighbours equal.
    private static int Compare(long integer, double number)
    {
        const double Beyond = 9_223_372_036_854_775_808.0;
        if (number >= Beyond)
        {
            return -1;
        }

        if (number < -Beyond)
        {
            return 1;
        }

        var floor = Math.Floor(number);
        var order = integer.CompareTo((long)floor);
        return order != 0 ? order : number > floor ? -1 : 0;
    }
}
