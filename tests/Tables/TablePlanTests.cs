// Goal: which column a field gets, from the first values that arrive: every inference rule, widening only when no stored value changes,
// the cap, reserved and foreign names, and arrays that say their type later. What a plan has handed out never changes.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class TablePlanTests
{
    public static TheoryData<string, ColumnType> FirstValues => new()
    {
        { "bool", ColumnType.Bool },
        { "int", ColumnType.Int64 },
        { "float", ColumnType.Float64 },
        { "time", ColumnType.DateTime },
        { "text", ColumnType.LowCardinalityString },
        { "json", ColumnType.String },
        { "bools", ColumnType.ArrayBool },
        { "ints", ColumnType.ArrayInt64 },
        { "floats", ColumnType.ArrayFloat64 },
        { "texts", ColumnType.ArrayString },
    };

    [Theory]
    [MemberData(nameof(FirstValues))]
    public void The_first_value_gives_the_type(string value, ColumnType type)
    {
        var plan = NewPlan();
        Assert.Equal(0, plan.Extend(Field("f", Sample(value)), null, null));
        Assert.Equal([new TableColumn("f", type)], plan.Columns);
        Assert.Equal(0, plan.IndexOf("f"));
        Assert.Equal(1, plan.Version);
    }

    [Theory]
    [MemberData(nameof(FirstValues))]
    public void Later_values_of_any_other_kind_change_nothing_but_integers(string value, ColumnType type)
    {
        foreach (var (other, _) in FirstValues.Select(row => row.Data))
        {
            var plan = NewPlan();
            var live = LiveField.Create(type);
            plan.Extend(Field("f", Sample(value)), null, null);
            plan.Extend(Field("f", Sample(other)), null, live);
            var expected = (value, other) == ("int", "float") ? ColumnType.Float64 : type;
            Assert.Equal([new TableColumn("f", expected)], plan.Columns);
        }
    }

    [Fact]
    public void A_first_batch_of_integers_and_fractions_makes_a_column_of_doubles()
    {
        Assert.Equal(ColumnType.Float64, Chosen(TestValue.Int(1), TestValue.Float(0.5)));
        Assert.Equal(ColumnType.Float64, Chosen(TestValue.Float(0.5), TestValue.Int(1)));
        Assert.Equal(ColumnType.Int64, Chosen(TestValue.Int(1), TestValue.Text("0.5")));
    }

    [Fact]
    public void Only_kept_rows_decide()
    {
        var column = Field("f", TestValue.Text("a"), TestValue.Int(1), TestValue.Float(0.5));
        Assert.Equal(ColumnType.Int64, Chosen(column, [false, true, false]));
        Assert.Equal(ColumnType.Float64, Chosen(column, [false, true, true]));
        Assert.Equal(ColumnType.LowCardinalityString, Chosen(column, [true, true, true]));

        var plan = NewPlan(new TableColumn("f", ColumnType.Int64));
        plan.Extend(column, [true, true, false], new LiveInt64());
        Assert.Equal(ColumnType.Int64, plan.Columns[0].Type);
    }

    [Fact]
    public void A_text_column_is_a_dictionary_while_values_are_few_and_short()
    {
        var few = Enumerable.Range(0, ColumnInference.DictionaryValuesMax).Select(i => TestValue.Text($"v{i}")).ToArray();
        Assert.Equal(ColumnType.LowCardinalityString, Chosen([.. few, .. few]));
        Assert.Equal(ColumnType.String, Chosen([.. few, TestValue.Text("one more")]));
        Assert.Equal(ColumnType.LowCardinalityString, Chosen(TestValue.Text(new string('x', ColumnInference.DictionaryValueBytesMax))));
        Assert.Equal(ColumnType.String, Chosen(TestValue.Text(new string('x', ColumnInference.DictionaryValueBytesMax + 1))));
        Assert.Equal(ColumnType.String, Chosen(TestValue.Text("a"), TestValue.Json("[{}]")));
        Assert.Equal(ColumnType.LowCardinalityString, Chosen(TestValue.Text("a"), TestValue.Int(1), TestValue.Time("2026-11-20T10:00Z")));
    }

    [Theory]
    [InlineData(ColumnFit.ExactIntegerMax, true)]
    [InlineData(ColumnFit.ExactIntegerMax + 1, false)]
    [InlineData(-ColumnFit.ExactIntegerMax, true)]
    [InlineData(-ColumnFit.ExactIntegerMax - 1, false)]
    public void Integers_widen_when_a_fraction_comes_and_no_stored_value_would_change(long stored, bool widens)
    {
        var plan = NewPlan(new TableColumn("f", ColumnType.Int64));
        var live = new LiveInt64();
        live.Apply(Field("f", TestValue.Int(stored)), null);
        Assert.Equal(0, plan.Extend(Field("f", TestValue.Float(0.5)), null, live));
        Assert.Equal(widens ? ColumnType.Float64 : ColumnType.Int64, plan.Columns[0].Type);
        Assert.Equal(widens ? 1 : 0, plan.Version);
    }

    [Fact]
    public void Integers_alone_do_not_widen()
    {
        var plan = NewPlan(new TableColumn("f", ColumnType.Int64));
        plan.Extend(Field("f", TestValue.Int(1), TestValue.Text("a")), null, new LiveInt64());
        Assert.Equal(ColumnType.Int64, plan.Columns[0].Type);
        Assert.Equal(0, plan.Version);
    }

    [Fact]
    public void The_cap_holds_for_new_fields_only()
    {
        var plan = new TablePlan([], 2, []);
        Assert.Equal(0, plan.Extend(Field("a", TestValue.Int(1)), null, null));
        Assert.Equal(1, plan.Extend(Field("b", TestValue.Int(1)), null, null));
        Assert.Equal(-1, plan.Extend(Field("c", TestValue.Int(1)), null, null));
        Assert.Equal(1, plan.Extend(Field("b", TestValue.Float(0.5)), null, new LiveInt64()));
        Assert.Equal([new TableColumn("a", ColumnType.Int64), new TableColumn("b", ColumnType.Float64)], plan.Columns);
        Assert.Equal(ExtraReason.ColumnsMax, plan.WithoutColumn["c"]);
        Assert.Equal(-1, plan.IndexOf("c"));
    }

    [Fact]
    public void A_table_with_more_columns_than_the_cap_keeps_them()
    {
        var plan = new TablePlan([new("a", ColumnType.Int64), new("b", ColumnType.Bool)], 1, []);
        Assert.Equal(1, plan.Extend(Field("b", TestValue.Bool(true)), null, LiveField.Create(ColumnType.Bool)));
        Assert.Equal(-1, plan.Extend(Field("c", TestValue.Bool(true)), null, null));
        Assert.Equal(2, plan.Columns.Count);
    }

    [Fact]
    public void Long_names_reach_the_engines_limit_of_a_table_before_the_cap()
    {
        var plan = new TablePlan([], 1000, []);
        var names = Enumerable.Range(0, 1000).Select(i => new string('`', 124) + i.ToString("0000", CultureInfo.InvariantCulture)).ToList();
        names.ForEach(name => plan.Extend(Field(name, TestValue.Int(1)), null, null));
        Assert.InRange(plan.Columns.Count, 700, 900);
        Assert.Equal(ExtraReason.ColumnsMax, plan.WhyNoColumn(names[^1]));
        Assert.True(TableSql.Alter("`t`", [], plan.Columns).Sum(statement => statement.Length) < 262_144);

        var ordinary = new TablePlan([], 1000, []);
        names.ForEach(name => ordinary.Extend(Field(name.Replace('`', 'f'), TestValue.Int(1)), null, null));
        Assert.Equal(1000, ordinary.Columns.Count);
    }

    [Fact]
    public void Every_fixed_columns_name_is_reserved()
    {
        foreach (var (name, _) in FixedColumns.All)
        {
            var plan = NewPlan();
            Assert.Equal(-1, plan.Extend(Field(name, TestValue.Int(1)), null, null));
            Assert.Equal(ExtraReason.ReservedName, plan.WithoutColumn[name]);
            Assert.Empty(plan.Columns);
        }
    }

    [Theory]
    [InlineData("_Time")]
    [InlineData("time")]
    [InlineData("__time")]
    [InlineData("_time ")]
    [InlineData("_inserted_at")]
    public void A_name_that_only_resembles_one_is_free(string name) =>
        Assert.Equal(0, NewPlan().Extend(Field(name, TestValue.Int(1)), null, null));

    [Fact]
    public void A_foreign_column_takes_no_values()
    {
        var plan = new TablePlan([], 10, ["theirs"]);
        Assert.Equal(-1, plan.Extend(Field("theirs", TestValue.Int(1)), null, null));
        Assert.Equal(ExtraReason.ForeignColumn, plan.WithoutColumn["theirs"]);
        Assert.Equal(0, plan.Extend(Field("ours", TestValue.Int(1)), null, null));
    }

    [Fact]
    public void An_empty_array_waits_for_one_with_elements()
    {
        var plan = NewPlan();
        Assert.Equal(-1, plan.Extend(Field("f", TestValue.NoElements(), TestValue.NoElements(2)), null, null));
        Assert.Equal(ExtraReason.EmptyArray, plan.WithoutColumn["f"]);
        Assert.Equal(0, plan.Version);

        Assert.Equal(0, plan.Extend(Field("f", TestValue.NoElements(), TestValue.Ints(1)), null, null));
        Assert.Equal([new TableColumn("f", ColumnType.ArrayInt64)], plan.Columns);
        Assert.False(plan.WithoutColumn.ContainsKey("f"));
    }

    [Fact]
    public void A_list_of_columns_once_handed_out_never_changes()
    {
        var plan = NewPlan(new TableColumn("a", ColumnType.Int64));
        var before = plan.Columns;
        plan.Extend(Field("a", TestValue.Float(0.5)), null, new LiveInt64());
        plan.Extend(Field("b", TestValue.Int(1)), null, null);
        Assert.Equal([new TableColumn("a", ColumnType.Int64)], before);
        Assert.Equal([new TableColumn("a", ColumnType.Float64), new TableColumn("b", ColumnType.Int64)], plan.Columns);
        Assert.Equal(2, plan.Version);
    }

    private static TablePlan NewPlan(params TableColumn[] columns) => new(columns, 100, []);

    private static ColumnType Chosen(params TestValue[] values) => Chosen(Field("f", values), null);

    private static ColumnType Chosen(FieldColumn column, bool[]? keep)
    {
        var plan = NewPlan();
        plan.Extend(column, keep, null);
        return plan.Columns[0].Type;
    }

    private static FieldColumn Field(string name, params TestValue[] values)
    {
        var batch = new TestBatch();
        Array.ForEach(values, value => batch.Add((name, value)));
        return batch.Build().Fields[0];
    }

    private static TestValue Sample(string name) => name switch
    {
        "bool" => TestValue.Bool(true),
        "int" => TestValue.Int(1),
        "float" => TestValue.Float(0.5),
        "time" => TestValue.Time("2026-11-20T10:00Z"),
        "text" => TestValue.Text("a"),
        "json" => TestValue.Json("[{}]"),
        "bools" => TestValue.Bools(true, null),
        "ints" => TestValue.Ints(1, null),
        "floats" => TestValue.Floats(0.5),
        _ => TestValue.Texts("a"),
    };
}
