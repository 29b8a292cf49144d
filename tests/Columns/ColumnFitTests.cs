// Goal: the rule for what a column takes is complete (every kind against every type) and exact at its limits; table and live state rest on it.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class ColumnFitTests
{
    private static readonly (TestValue Value, ColumnType[] Fitting)[] Table =
    [
        (TestValue.Bool(true), [ColumnType.Bool]),
        (TestValue.Int(1), [ColumnType.Int64, ColumnType.Float64]),
        (TestValue.Int(1L << 53), [ColumnType.Int64, ColumnType.Float64]),
        (TestValue.Int(-(1L << 53)), [ColumnType.Int64, ColumnType.Float64]),
        (TestValue.Int((1L << 53) + 1), [ColumnType.Int64]),
        (TestValue.Int(-(1L << 53) - 1), [ColumnType.Int64]),
        (TestValue.Int(1L << 54), [ColumnType.Int64]),
        (TestValue.Int(long.MinValue), [ColumnType.Int64]),
        (TestValue.Int(long.MaxValue), [ColumnType.Int64]),
        (TestValue.Float(1), [ColumnType.Float64]),
        (TestValue.Float(1.5), [ColumnType.Float64]),
        (TestValue.Time("2026-11-20T10:00:00Z"), [ColumnType.DateTime, ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Time("1900-01-01T00:00:00Z"), [ColumnType.DateTime, ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Time("1899-12-31T23:59:59.999Z"), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Time("2299-12-31T23:59:59.999Z"), [ColumnType.DateTime, ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Time("2300-01-01T00:00:00Z"), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Time("2299-12-31T23:59:59.999-00:01"), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Text("2026-11-20T10:00:00Z"), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Text(string.Empty), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Json("[{}]"), [ColumnType.String, ColumnType.LowCardinalityString]),
        (TestValue.Bools(true, null), [ColumnType.ArrayBool]),
        (TestValue.Ints(1, null, 2), [ColumnType.ArrayInt64, ColumnType.ArrayFloat64]),
        (TestValue.Ints(1, null, (1L << 53) + 1), [ColumnType.ArrayInt64]),
        (TestValue.Floats(1.5, null), [ColumnType.ArrayFloat64]),
        (TestValue.Texts("a", null), [ColumnType.ArrayString]),
        (TestValue.NoElements(), [ColumnType.ArrayBool, ColumnType.ArrayInt64, ColumnType.ArrayFloat64, ColumnType.ArrayString]),
        (TestValue.NoElements(2), [ColumnType.ArrayBool, ColumnType.ArrayInt64, ColumnType.ArrayFloat64, ColumnType.ArrayString]),
    ];

    [Fact]
    public void Every_kind_fits_exactly_its_types()
    {
        foreach (var (value, fitting) in Table)
        {
            var column = new TestBatch().Add(("f", value)).Build().Fields[0];
            foreach (var type in Enum.GetValues<ColumnType>())
            {
                Assert.True(ColumnFit.Fits(column, 0, type) == fitting.Contains(type), $"{value} in {type}");
            }
        }
    }

    [Fact]
    public void Every_kind_is_in_the_table()
    {
        var kinds = Table.Select(entry => entry.Value.Kind).Distinct().Order();
        Assert.Equal(Enum.GetValues<FieldKind>().Where(kind => kind != FieldKind.Mixed).Order(), kinds);
    }

    [Fact]
    public void What_the_kind_alone_says_agrees_with_the_values()
    {
        foreach (var (value, fitting) in Table)
        {
            foreach (var type in Enum.GetValues<ColumnType>())
            {
                var fit = ColumnFit.OfKind(value.Kind, type);
                Assert.True(fit == KindFit.ByValue || (fit == KindFit.Always) == fitting.Contains(type), $"{value} in {type}: {fit}");
            }
        }
    }

    [Fact]
    public void The_kinds_of_a_mixed_column_are_judged_one_by_one()
    {
        var column = new TestBatch().Add(("f", TestValue.Int(1))).Add(("f", TestValue.Text("x"))).Add(("f", TestValue.Float(2))).Build().Fields[0];
        Assert.Equal(FieldKind.Mixed, column.Kind);
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(i => ColumnFit.Fits(column, i, ColumnType.Int64)));
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(i => ColumnFit.Fits(column, i, ColumnType.Float64)));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(i => ColumnFit.Fits(column, i, ColumnType.String)));
        Assert.All(Enum.GetValues<ColumnType>(), type => Assert.Equal(KindFit.Never, ColumnFit.OfKind(FieldKind.Mixed, type)));
    }
}
