// Goal: what somebody decides for a metric's fields holds for every value that comes after: frozen schemas, given types, other names, and texts that are known
// to have too many values for a dictionary. What is not decided goes on being found out.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class SchemaRulesTests
{
    [Fact]
    public void A_frozen_schema_keeps_its_columns_and_gets_no_more()
    {
        var plan = new TablePlan([new("a", ColumnType.Int64)], 10, [], Rules(new SchemaSettings { IsFrozen = true }));
        Assert.Equal(0, plan.Extend(Field("a", TestValue.Int(1)), null, new LiveInt64()));
        Assert.Equal(-1, plan.Extend(Field("b", TestValue.Int(1)), null, null));
        Assert.Equal(ExtraReason.SchemaFrozen, plan.WithoutColumn["b"]);
        Assert.Equal(0, plan.LateColumnCount);

        plan.Use(SchemaRules.None);
        Assert.Equal(1, plan.Extend(Field("b", TestValue.Int(1)), null, null));
        Assert.Equal(1, plan.LateColumnCount);
    }

    [Fact]
    public void A_frozen_schema_widens_integers_all_the_same()
    {
        var plan = new TablePlan([new("a", ColumnType.Int64)], 10, [], Rules(new SchemaSettings { IsFrozen = true }));
        plan.Extend(Field("a", TestValue.Float(0.5)), null, new LiveInt64());
        Assert.Equal(ColumnType.Float64, plan.Columns[0].Type);
    }

    [Theory]
    [InlineData("Float64", ColumnType.Float64)]
    [InlineData("float64", ColumnType.Float64)]
    [InlineData("Nullable(Float64)", ColumnType.Float64)]
    [InlineData("String", ColumnType.String)]
    [InlineData("LowCardinality(String)", ColumnType.LowCardinalityString)]
    [InlineData("DateTime", ColumnType.DateTime)]
    [InlineData("Array(Int64)", ColumnType.ArrayInt64)]
    public void A_given_type_counts_whatever_comes_first(string type, ColumnType expected)
    {
        var plan = new TablePlan([], 10, [], Rules(new SchemaSettings { Hints = [new("a", type)] }));
        Assert.Equal(0, plan.Extend(Field("a", TestValue.Int(1)), null, null));
        Assert.Equal([new TableColumn("a", expected)], plan.Columns);
        Assert.Equal(1, plan.Extend(Field("b", TestValue.Int(1)), null, null));
        Assert.Equal(ColumnType.Int64, plan.Columns[1].Type);
    }

    [Fact]
    public void A_column_of_given_integers_stays_one_when_fractions_come()
    {
        var plan = new TablePlan([], 10, [], Rules(new SchemaSettings { Hints = [new("a", "Int64")] }));
        plan.Extend(Field("a", TestValue.Float(0.5)), null, null);
        plan.Extend(Field("a", TestValue.Float(0.5)), null, new LiveInt64());
        Assert.Equal(ColumnType.Int64, plan.Columns[0].Type);
    }

    [Fact]
    public void A_type_given_later_changes_the_column_in_the_plan_and_in_live_state()
    {
        var plan = new TablePlan([], 10, []);
        var live = new LiveMetric();
        live.Apply(new BatchRows(Batches.Of(new BatchOrigin(0, 1, 0, -1, 0, 0), [Row("n", TestValue.Int(3)), Row("t", TestValue.Text("x"), 1)]), null), plan);
        var (version, before) = (plan.Version, plan.Columns);
        plan.Use(Rules(new SchemaSettings { Hints = [new("n", "Float64"), new("t", "String")] }));
        live.Follow(plan);
        Assert.Equal([new("n", ColumnType.Float64), new TableColumn("t", ColumnType.String)], plan.Columns);
        Assert.Equal([new("n", ColumnType.Int64), new TableColumn("t", ColumnType.LowCardinalityString)], before);
        Assert.True(plan.Version > version);
        Assert.Equal([ColumnType.Float64, ColumnType.String], live.Fields.Select(field => field.Type));
        var fields = live.DescribeFields(plan);
        Assert.Equal((1, 1), (fields[0].Count, fields[1].Count));
        Assert.Equal("x", Assert.Single(fields[1].Top!).Value);
    }

    [Fact]
    public void An_alias_gets_no_column_of_its_own()
    {
        var plan = new TablePlan([], 10, [], Rules(new SchemaSettings { Aliases = [new("amt", "amount")] }));
        Assert.Equal(-1, plan.Extend(Field("amt", TestValue.Int(1)), null, null));
        Assert.Equal(ExtraReason.Alias, plan.WithoutColumn["amt"]);
        Assert.Equal(0, plan.Extend(Field("amount", TestValue.Int(1)), null, null));
    }

    [Fact]
    public void A_text_known_to_have_many_values_begins_without_a_dictionary()
    {
        var plan = new TablePlan([], 10, [], null, static field => field == "user");
        plan.Extend(Field("user", TestValue.Text("u1")), null, null);
        plan.Extend(Field("country", TestValue.Text("DE")), null, null);
        Assert.Equal([ColumnType.String, ColumnType.LowCardinalityString], plan.Columns.Select(column => column.Type));
    }

    [Fact]
    public void A_dictionary_asked_for_is_made_all_the_same()
    {
        var rules = Rules(new SchemaSettings { Hints = [new("user", "LowCardinality(String)")] });
        var plan = new TablePlan([], 10, [], rules, static _ => true);
        plan.Extend(Field("user", TestValue.Text("u1")), null, null);
        Assert.Equal(ColumnType.LowCardinalityString, plan.Columns[0].Type);
    }

    [Fact]
    public void A_promoted_field_has_its_column_at_once_even_in_a_frozen_schema()
    {
        var plan = new TablePlan([], 10, [], Rules(new SchemaSettings { IsFrozen = true }));
        plan.Extend(Field("a", TestValue.Int(1)), null, null);
        plan.Promote(new TableColumn("a", ColumnType.Int64));
        Assert.Equal(1, plan.LateColumnCount);
        Assert.Equal(0, plan.Extend(Field("a", TestValue.Int(1)), null, null));
        plan.Promote(new TableColumn("a", ColumnType.Int64));
        Assert.Single(plan.Columns);
    }

    private static SchemaRules Rules(SchemaSettings settings) => new(settings);

    private static TestRow Row(string field, TestValue value, long offset = 0) =>
        new() { Offset = offset, Fields = new Dictionary<string, TestValue> { [field] = value } };

    private static FieldColumn Field(string name, params TestValue[] values) =>
        Batches.Of(new BatchOrigin(0, 1, 0, -1, 0, 0), values.Select((value, i) => Row(name, value, i))).Fields[0];
}
