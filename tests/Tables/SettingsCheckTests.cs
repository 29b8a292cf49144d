// Goal: what somebody decides for a metric is taken when it can be carried out and refused in words when it cannot: every rule from both sides, each limit
// to its last one, and another type for a column only where what is stored keeps its values.
using Analytics.GrainInterfaces.Names;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class SettingsCheckTests
{
    public static TheoryData<string> GoodNames =>
    [
        "a", "поле", "it's a `name` \\ \"x\"", "a.b", "extra", "_times", "_extra_", "_parts", new string('x', FieldName.BytesMax), new string('é', FieldName.BytesMax / 2),
    ];

    public static TheoryData<string> BadNames =>
    [
        string.Empty, "a\u0001b", "a\nb", "\u007f", "\u0085", "_time", "_id", "_received", "_partition", "_offset", "_seq", "_inserted", "_extra", "_extra.keys", "_part",
        "_row_exists", new string('x', FieldName.BytesMax + 1), "x" + new string('é', FieldName.BytesMax / 2),
    ];

    [Fact]
    public void Nothing_decided_is_taken_whatever_the_table_has()
    {
        Assert.Null(WhyNot(SchemaSettings.None));
        Assert.Null(WhyNot(new SchemaSettings { IsFrozen = true }));
        Assert.Null(WhyNot(SchemaSettings.None, Stored(ColumnType.Bool, TestValue.Bool(true))));
        Assert.Null(SettingsCheck.WhyNot(RetentionPolicy.Forever));
    }

    [Theory]
    [MemberData(nameof(GoodNames))]
    public void A_name_that_a_column_can_have_is_taken_wherever_it_stands(string name)
    {
        Assert.Null(WhyNot(Hints((name, "Int64"))));
        Assert.Null(WhyNot(Aliases((name, "column"))));
        Assert.Null(WhyNot(Aliases(("field", name))));
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public void A_name_that_no_column_of_a_field_can_have_is_refused_wherever_it_stands(string name)
    {
        AssertInvalid($"'{name}'", Hints((name, "Int64")));
        AssertInvalid($"'{name}'", Aliases((name, "column")));
        AssertInvalid($"'{name}'", Aliases(("field", name)));
    }

    [Theory]
    [InlineData(ColumnType.Bool, "Bool")]
    [InlineData(ColumnType.Int64, "Int64")]
    [InlineData(ColumnType.Float64, "Float64")]
    [InlineData(ColumnType.DateTime, "DateTime")]
    [InlineData(ColumnType.String, "String")]
    [InlineData(ColumnType.LowCardinalityString, "LowCardinality(String)")]
    [InlineData(ColumnType.ArrayBool, "Array(Bool)")]
    [InlineData(ColumnType.ArrayInt64, "Array(Int64)")]
    [InlineData(ColumnType.ArrayFloat64, "Array(Float64)")]
    [InlineData(ColumnType.ArrayString, "Array(String)")]
    public void A_type_is_known_by_its_short_form_in_any_case_and_as_the_engine_shows_it(ColumnType type, string text)
    {
        foreach (var form in new[] { text, text.ToUpperInvariant(), string.Concat(text.Select(char.ToLowerInvariant)), type.ToSql() })
        {
            Assert.Equal(type, ColumnLabel.Parse(form));
            Assert.Null(WhyNot(Hints(("f", form))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("2")]
    [InlineData("Int32")]
    [InlineData("Int64 ")]
    [InlineData("Nullable(Int32)")]
    [InlineData("nullable(int64)")]
    [InlineData("LowCardinalityString")]
    [InlineData("Array(DateTime)")]
    [InlineData("Array(Array(Int64))")]
    [InlineData("Map(String, String)")]
    [InlineData("Int64, ADD COLUMN x Int64")]
    public void A_type_that_there_is_not_is_refused_with_those_that_there_are(string text)
    {
        var detail = AssertInvalid($"'{text}'", Hints(("good", "Int64"), ("price", text)));
        Assert.Contains("'price'", detail, StringComparison.Ordinal);
        Assert.Contains("Bool, Int64, Float64, DateTime, String, LowCardinality(String), Array(Bool)", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b", "Array(Int64)", false)]
    [InlineData("a.b", "Array(Nullable(String))", false)]
    [InlineData("a.b", "Int64", true)]
    [InlineData("a.b", "LowCardinality(String)", true)]
    [InlineData("ab", "Array(Int64)", true)]
    public void An_array_cannot_have_a_dot_in_its_name(string name, string type, bool isTaken)
    {
        if (isTaken)
        {
            Assert.Null(WhyNot(Hints((name, type))));
        }
        else
        {
            AssertInvalid($"'{name}'", Hints((name, type)));
        }
    }

    [Theory]
    [InlineData(SchemaSettings.EntriesMax, 0, true)]
    [InlineData(0, SchemaSettings.EntriesMax, true)]
    [InlineData(SchemaSettings.EntriesMax, SchemaSettings.EntriesMax, true)]
    [InlineData(SchemaSettings.EntriesMax + 1, 0, false)]
    [InlineData(0, SchemaSettings.EntriesMax + 1, false)]
    public void There_may_be_so_many_types_and_so_many_aliases_and_no_more(int hintCount, int aliasCount, bool isTaken)
    {
        var settings = new SchemaSettings
        {
            Hints = [.. Enumerable.Range(0, hintCount).Select(i => new FieldHint($"h{i}", "Int64"))],
            Aliases = [.. Enumerable.Range(0, aliasCount).Select(i => new FieldAlias($"a{i}", "column"))],
        };
        if (isTaken)
        {
            Assert.Null(WhyNot(settings));
        }
        else
        {
            AssertInvalid("1001", settings);
        }
    }

    [Fact]
    public void A_field_is_named_once_in_each_list()
    {
        AssertInvalid("'a' is named twice", Hints(("a", "Int64"), ("b", "Int64"), ("a", "Int64")));
        AssertInvalid("'a' is named twice", Aliases(("a", "x"), ("b", "x"), ("a", "y")));
        Assert.Null(WhyNot(Hints(("a", "Int64"), ("A", "Int64"))));
        Assert.Null(WhyNot(Aliases(("a", "x"), ("A", "x"))));
    }

    [Fact]
    public void Several_aliases_may_go_to_one_column_which_may_have_a_type()
    {
        Assert.Null(WhyNot(Aliases(("a", "x"), ("b", "x"), ("c", "y")) with { Hints = [new FieldHint("x", "Int64")] }));
    }

    [Fact]
    public void An_alias_goes_to_a_column_and_not_to_an_alias()
    {
        AssertInvalid("'a' is an alias of itself", Aliases(("a", "a")));
        AssertInvalid("goes to 'b', which is an alias itself", Aliases(("a", "b"), ("b", "c")));
        AssertInvalid("goes to 'b', which is an alias itself", Aliases(("b", "c"), ("a", "b")));
        AssertInvalid("which is an alias itself", Aliases(("a", "b"), ("b", "a")));
    }

    [Fact]
    public void An_alias_has_no_column_that_could_have_a_type()
    {
        AssertInvalid("'a' has no column to give a type to", Aliases(("a", "b")) with { Hints = [new FieldHint("a", "Int64")] });
    }

    [Fact]
    public void A_column_gets_another_type_only_where_no_value_changes_by_it()
    {
        foreach (var has in Enum.GetValues<ColumnType>())
        {
            foreach (var wanted in Enum.GetValues<ColumnType>())
            {
                var isTaken = has == wanted || (IsText(has) && IsText(wanted)) || (has == ColumnType.Int64 && wanted == ColumnType.Float64);
                var expected = isTaken ? "taken" : SettingsRefusal.TypeConflict;
                foreach (var table in new[] { Stored(has), Stored(has, Sample(has)) })
                {
                    var refusal = WhyNot(Hints(("other", "Int64"), ("f", wanted.ToSql())), table);
                    Assert.Equal($"{has} to {wanted}: {expected}", $"{has} to {wanted}: {refusal?.Code ?? "taken"}");
                }
            }
        }
    }

    [Fact]
    public void A_refusal_names_the_field_what_it_is_and_what_it_cannot_become()
    {
        var refusal = WhyNot(Hints(("f", "DateTime")), Stored(ColumnType.Int64, TestValue.Int(1)))!;
        Assert.Equal(SettingsRefusal.TypeConflict, refusal.Code);
        Assert.Contains("'f'", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("Nullable(Int64)", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("Nullable(DateTime64(3, 'UTC'))", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColumnFit.ExactIntegerMax, true)]
    [InlineData(-ColumnFit.ExactIntegerMax, true)]
    [InlineData(ColumnFit.ExactIntegerMax + 1, false)]
    [InlineData(-ColumnFit.ExactIntegerMax - 1, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public void Integers_become_doubles_only_while_each_stored_one_is_exact(long value, bool isTaken)
    {
        var table = Stored(ColumnType.Int64, TestValue.Int(0), TestValue.Int(value), TestValue.Int(1));
        Assert.Equal(isTaken ? null : SettingsRefusal.TypeConflict, WhyNot(Hints(("f", "Float64")), table)?.Code);
    }

    [Fact]
    public void Texts_may_lose_their_dictionary_when_they_are_too_many_to_be_counted()
    {
        var texts = Enumerable.Range(0, Analytics.Grains.Live.Sketches.TextTally.ValuesMax + 1).Select(i => TestValue.Text($"v{i}")).ToArray();
        Assert.Null(WhyNot(Hints(("f", "String")), Stored(ColumnType.LowCardinalityString, texts)));
    }

    [Fact]
    public void A_field_without_a_column_may_get_any_type()
    {
        foreach (var type in Enum.GetValues<ColumnType>())
        {
            Assert.Null(WhyNot(Hints(("new", type.ToSql())), Stored(ColumnType.Bool, TestValue.Bool(true))));
        }
    }

    [Theory]
    [InlineData(1, null, null)]
    [InlineData(RetentionPolicy.DaysMax, null, null)]
    [InlineData(null, 1, "v")]
    [InlineData(null, RetentionPolicy.DaysMax, "v")]
    [InlineData(2, 1, "v")]
    [InlineData(RetentionPolicy.DaysMax, RetentionPolicy.DaysMax - 1, "it's \\ a `volume`")]
    public void A_policy_that_can_be_kept_is_taken(int? deleteAfterDays, int? moveAfterDays, string? volume) =>
        Assert.Null(SettingsCheck.WhyNot(Policy(deleteAfterDays, moveAfterDays, volume)));

    [Theory]
    [InlineData(0, null, null, "delete_after_days is 0")]
    [InlineData(-1, null, null, "delete_after_days is -1")]
    [InlineData(int.MinValue, null, null, "delete_after_days")]
    [InlineData(RetentionPolicy.DaysMax + 1, null, null, "delete_after_days is 36501; it may be 1 to 36500")]
    [InlineData(int.MaxValue, null, null, "delete_after_days")]
    [InlineData(null, 0, "v", "move_after_days is 0")]
    [InlineData(null, -1, "v", "move_after_days is -1")]
    [InlineData(null, RetentionPolicy.DaysMax + 1, "v", "move_after_days is 36501; it may be 1 to 36500")]
    [InlineData(null, 1, null, "given together")]
    [InlineData(null, null, "v", "given together")]
    [InlineData(5, null, "v", "given together")]
    [InlineData(5, 1, null, "given together")]
    [InlineData(null, null, "", "given together")]
    [InlineData(null, 1, "", "1 to 128 characters")]
    [InlineData(7, 7, "v", "deleted after 7 days, before they could move after 7")]
    [InlineData(7, 8, "v", "deleted after 7 days, before they could move after 8")]
    public void A_policy_that_makes_no_sense_is_refused(int? deleteAfterDays, int? moveAfterDays, string? volume, string reason)
    {
        var refusal = SettingsCheck.WhyNot(Policy(deleteAfterDays, moveAfterDays, volume));
        Assert.Equal(SettingsRefusal.Invalid, refusal?.Code);
        Assert.Contains(reason, refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(FieldName.BytesMax, true)]
    [InlineData(FieldName.BytesMax + 1, false)]
    public void The_name_of_a_volume_has_its_limit(int length, bool isTaken) =>
        Assert.Equal(isTaken ? null : SettingsRefusal.Invalid, SettingsCheck.WhyNot(Policy(null, 1, new string('v', length)))?.Code);

    private static SettingsRefusal? WhyNot(SchemaSettings settings) => WhyNot(settings, (new TablePlan([], 100, []), new LiveMetric()));

    private static SettingsRefusal? WhyNot(SchemaSettings settings, (TablePlan Plan, LiveMetric Live) table) =>
        SettingsCheck.WhyNot(settings, table.Plan, table.Live);

    /// <returns>The refusal's words.</returns>
    private static string AssertInvalid(string words, SchemaSettings settings)
    {
        var refusal = WhyNot(settings);
        Assert.Equal(SettingsRefusal.Invalid, refusal?.Code);
        Assert.Contains(words, refusal!.Detail, StringComparison.Ordinal);
        return refusal.Detail;
    }

    private static SchemaSettings Hints(params (string Field, string Type)[] hints) => new() { Hints = [.. hints.Select(hint => new FieldHint(hint.Field, hint.Type))] };

    private static SchemaSettings Aliases(params (string Field, string Column)[] aliases) =>
        new() { Aliases = [.. aliases.Select(alias => new FieldAlias(alias.Field, alias.Column))] };

    private static RetentionPolicy Policy(int? deleteAfterDays, int? moveAfterDays, string? volume) =>
        new() { DeleteAfterDays = deleteAfterDays, MoveAfterDays = moveAfterDays, Volume = volume };

    // A table with a column f, after a field that is something else, and what is stored there.
    private static (TablePlan Plan, LiveMetric Live) Stored(ColumnType type, params TestValue[] values)
    {
        TableColumn[] columns = [new("first", ColumnType.ArrayBool), new("f", type)];
        var table = (Plan: new TablePlan(columns, 100, []), Live: new LiveMetric(columns.Select(column => LiveField.Create(column.Type))));
        foreach (var value in values)
        {
            table.Live.Apply(new BatchRows(new TestBatch().Add(("f", value)).Build(), null), table.Plan);
        }

        Assert.Equal(values.Length, table.Live.Fields[1].Count);
        return table;
    }

    private static bool IsText(ColumnType type) => type is ColumnType.String or ColumnType.LowCardinalityString;

    private static TestValue Sample(ColumnType type) => type switch
    {
        ColumnType.Bool => TestValue.Bool(true),
        ColumnType.Int64 => TestValue.Int(1),
        ColumnType.Float64 => TestValue.Float(1),
        ColumnType.DateTime => TestValue.Time("2026-11-20T10:00Z"),
        ColumnType.ArrayBool => TestValue.Bools(true),
        ColumnType.ArrayInt64 => TestValue.Ints(1),
        ColumnType.ArrayFloat64 => TestValue.Floats(1),
        ColumnType.ArrayString => TestValue.Texts("1"),
        _ => TestValue.Text("1"),
    };
}
