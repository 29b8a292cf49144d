// Goal: a field that goes by another name now is in its column's place, row by row: what the event has under the column's own name stays there, the other
// value keeps the other name; and nothing else of the batch changes.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class FieldAliasesTests
{
    [Fact]
    public void A_batch_without_any_such_field_is_the_same_object()
    {
        var batch = new TestBatch().Add(("a", TestValue.Int(1)), ("x", TestValue.Int(2))).Build();
        Assert.Same(batch, FieldAliases.Apply(batch, Aliases()));
        Assert.Same(batch, FieldAliases.Apply(batch, Aliases(("b", "x"), ("A", "x"), ("c", "a"))));
        var empty = new TestBatch().Add().Build();
        Assert.Same(empty, FieldAliases.Apply(empty, Aliases(("b", "x"))));
    }

    [Fact]
    public void A_field_alone_gets_the_name_and_nothing_is_copied()
    {
        var batch = new TestBatch().Add(("a", TestValue.Text("one"))).Add(("b", TestValue.Int(1))).Add(("a", TestValue.Int(3))).Build();
        var renamed = FieldAliases.Apply(batch, Aliases(("a", "x")));
        Assert.Equal(["b", "x"], renamed.Fields.Select(field => field.Name).Order(StringComparer.Ordinal));
        var (before, after) = (batch.Fields.Single(field => field.Name == "a"), renamed.Fields.Single(field => field.Name == "x"));
        Assert.Equal(FieldKind.Mixed, after.Kind);
        Assert.Same(before.Kinds, after.Kinds);
        Assert.Same(before.Rows, after.Rows);
        Assert.Same(before.Bits, after.Bits);
        Assert.Same(before.Heap, after.Heap);
        Assert.Same(batch.Fields.Single(field => field.Name == "b"), renamed.Fields.Single(field => field.Name == "b"));
    }

    [Fact]
    public void All_but_the_fields_stays_as_it_was()
    {
        var source = new TestBatch(7)
            .Add(new TestRow { Offset = 5, Sequence = 1, Id = "i1", Time = 1, Received = 2, Fields = Fields(("a", TestValue.Int(1))) })
            .Add(new TestRow { Offset = 6, Sequence = 2, Id = "i2", Time = 3, Received = 4, Fields = Fields(("x", TestValue.Int(2))) });
        var batch = source.Build();
        var renamed = FieldAliases.Apply(batch, Aliases(("a", "x")));
        Assert.Equal((batch.Project, batch.Metric, batch.Origin, 2), (renamed.Project, renamed.Metric, renamed.Origin, renamed.Count));
        Assert.Same(batch.Times, renamed.Times);
        Assert.Same(batch.Received, renamed.Received);
        Assert.Same(batch.Offsets, renamed.Offsets);
        Assert.Same(batch.Sequences, renamed.Sequences);
        Assert.Same(batch.IdEnds, renamed.IdEnds);
        Assert.Same(batch.IdHeap, renamed.IdHeap);
    }

    [Fact]
    public void Values_by_both_names_become_one_column_in_the_order_of_the_rows()
    {
        var batch = new TestBatch()
            .Add(("a", TestValue.Text("first")))
            .Add(("x", TestValue.Int(2)))
            .Add(("b", TestValue.Bool(true)))
            .Add(("a", TestValue.Ints(1, null)))
            .Add(("x", TestValue.Text("last")))
            .Build();
        var joined = FieldAliases.Apply(batch, Aliases(("a", "x")));
        Assert.Equal(["b 2 true", "x 0 first", "x 1 2", "x 3 [1,null]", "x 4 last"], Texts(joined));
        AssertWellFormed(joined);
    }

    [Fact]
    public void Joined_columns_of_all_rows_need_no_list_of_rows()
    {
        var batch = new TestBatch().Add(("a", TestValue.Int(1))).Add(("x", TestValue.Int(2))).Add(("a", TestValue.Int(3))).Build();
        var column = Assert.Single(FieldAliases.Apply(batch, Aliases(("a", "x"))).Fields);
        Assert.Null(column.Rows);
        Assert.Null(column.Kinds);
        Assert.Equal((FieldKind.Int64, "1 2 3"), (column.Kind, string.Join(' ', column.Bits)));
    }

    [Fact]
    public void An_event_with_both_keeps_its_own_value_and_the_other_under_its_name()
    {
        var batch = new TestBatch()
            .Add(("a", TestValue.Text("other")), ("x", TestValue.Text("own")))
            .Add(("a", TestValue.Text("alone")))
            .Add(("x", TestValue.Int(3)), ("a", TestValue.Int(4)))
            .Build();
        var joined = FieldAliases.Apply(batch, Aliases(("a", "x")));
        Assert.Equal(["a 0 other", "a 2 4", "x 0 own", "x 1 alone", "x 2 3"], Texts(joined));
        AssertWellFormed(joined);
    }

    [Fact]
    public void Where_every_event_has_both_both_columns_are_as_they_were()
    {
        var batch = new TestBatch().Add(("a", TestValue.Int(1)), ("x", TestValue.Int(2))).Add(("x", TestValue.Int(4)), ("a", TestValue.Int(3))).Build();
        var joined = FieldAliases.Apply(batch, Aliases(("a", "x")));
        Assert.Equal(["a 0 1", "a 1 3", "x 0 2", "x 1 4"], Texts(joined));
        AssertWellFormed(joined);
    }

    [Fact]
    public void Of_two_other_names_the_one_that_comes_first_has_the_column()
    {
        var batch = new TestBatch()
            .Add(("b", TestValue.Text("b0")), ("a", TestValue.Text("a0")))
            .Add(("a", TestValue.Text("a1")))
            .Add(("b", TestValue.Text("b2")))
            .Add(("a", TestValue.Text("a3")), ("b", TestValue.Text("b3")), ("x", TestValue.Text("x3")))
            .Build();
        var joined = FieldAliases.Apply(batch, Aliases(("a", "x"), ("b", "x")));
        Assert.Equal(["a 0 a0", "a 3 a3", "b 3 b3", "x 0 b0", "x 1 a1", "x 2 b2", "x 3 x3"], Texts(joined));
        AssertWellFormed(joined);
    }

    [Fact]
    public void Aliases_of_several_columns_do_not_mix()
    {
        var batch = new TestBatch().Add(("a", TestValue.Int(1)), ("b", TestValue.Int(2))).Add(("x", TestValue.Int(3)), ("b", TestValue.Int(4))).Build();
        Assert.Equal(["x 0 1", "x 1 3", "y 0 2", "y 1 4"], Texts(FieldAliases.Apply(batch, Aliases(("a", "x"), ("b", "y")))));
    }

    [Fact]
    public void Random_batches_come_out_as_from_plain_dictionaries_and_stay_as_they_are()
    {
        Seeded.Run(200, static random =>
        {
            string[] names = ["a", "b", "c", "x", "y", "z"];
            string[] columns = ["x", "y", "new"];
            var aliases = names[..3].Where(_ => random.Next(4) > 0).ToDictionary(name => name, _ => columns[random.Next(columns.Length)]);
            var source = RandomBatches.Next(random, names, 2);
            var batch = source.Build();
            var before = Dump(batch);
            var joined = FieldAliases.Apply(batch, aliases);
            Assert.Equal(before, Dump(batch));
            AssertWellFormed(joined);
            Assert.Equal(Expected(source, batch.Fields.Select(field => field.Name), aliases), Raw(joined));
        });
    }

    private static Dictionary<string, string> Aliases(params (string Field, string Column)[] aliases) =>
        aliases.ToDictionary(alias => alias.Field, alias => alias.Column, StringComparer.Ordinal);

    private static Dictionary<string, TestValue> Fields(params (string Name, TestValue Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value);

    /// <summary>Every value of the batch as <c>name row kind bytes</c>, worked out row by row.</summary>
    private static IEnumerable<string> Expected(TestBatch source, IEnumerable<string> order, Dictionary<string, string> aliases)
    {
        var lines = new List<string>();
        for (var row = 0; row < source.Rows.Count; row++)
        {
            var fields = source.Rows[row].Fields;
            var result = fields.Where(field => !aliases.ContainsKey(field.Key)).ToDictionary(field => field.Key, field => field.Value);
            foreach (var name in order.Where(name => aliases.ContainsKey(name) && fields.ContainsKey(name)))
            {
                result.Add(result.ContainsKey(aliases[name]) ? name : aliases[name], fields[name]);
            }

            lines.AddRange(result.Select(field => $"{field.Key} {row} {field.Value.Kind} {Raw(field.Value)}"));
        }

        return lines.Order(StringComparer.Ordinal);
    }

    private static string Raw(TestValue value)
    {
        using var heap = new MemoryStream();
        var bits = value.Encode(heap);
        return value.Kind >= FieldKind.DateTime ? Convert.ToHexString(heap.ToArray()) : bits.ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Raw(EventBatch batch) => batch.Fields
        .SelectMany(field => Enumerable.Range(0, field.Count).Select(i => $"{field.Name} {field.RowAt(i)} {field.KindAt(i)} {Raw(field, i)}"))
        .Order(StringComparer.Ordinal);

    private static string Raw(FieldColumn field, int index) => field.KindAt(index) >= FieldKind.DateTime
        ? Convert.ToHexString(field.BytesAt(index))
        : field.Bits[index].ToString(CultureInfo.InvariantCulture);

    /// <summary>Every value as <c>name row text</c>, by name and row.</summary>
    private static IEnumerable<string> Texts(EventBatch batch) => batch.Fields
        .SelectMany(field => Enumerable.Range(0, field.Count).Select(i => $"{field.Name} {field.RowAt(i)} {Text(field, i)}"))
        .Order(StringComparer.Ordinal);

    private static string Text(FieldColumn field, int index) => field.KindAt(index) switch
    {
        FieldKind.Bool => field.Bits[index] == 0 ? "false" : "true",
        FieldKind.Int64 => field.Bits[index].ToString(CultureInfo.InvariantCulture),
        FieldKind.Int64Array => $"[{string.Join(',', Elements(field, index))}]",
        _ => System.Text.Encoding.UTF8.GetString(field.BytesAt(index)),
    };

    private static List<string> Elements(FieldColumn field, int index)
    {
        var texts = new List<string>();
        for (var elements = new ArrayElements(field.KindAt(index), field.BytesAt(index)); elements.MoveNext();)
        {
            texts.Add(elements.IsNull ? "null" : elements.Bits.ToString(CultureInfo.InvariantCulture));
        }

        return texts;
    }

    private static string Dump(EventBatch batch) => string.Join('\n', batch.Fields.Select(field =>
        $"{field.Name} {field.Kind} {string.Join(',', field.Kinds ?? [])} {string.Join(',', field.Rows ?? [])} {string.Join(',', field.Bits)} {Convert.ToHexString(field.Heap)}"));

    private static void AssertWellFormed(EventBatch batch)
    {
        Assert.Equal(batch.Fields.Length, batch.Fields.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
        foreach (var field in batch.Fields)
        {
            Assert.InRange(field.Count, 1, batch.Count);
            Assert.Equal(field.Rows is null, field.Count == batch.Count);
            Assert.Equal(field.Kinds is null, field.Kind != FieldKind.Mixed);
            Assert.Equal(field.Kind == FieldKind.Mixed, Enumerable.Range(0, field.Count).Select(field.KindAt).Distinct().Count() > 1);
            var rows = Enumerable.Range(0, field.Count).Select(field.RowAt).ToArray();
            Assert.Equal(rows.Distinct().Order(), rows);
            Assert.InRange(rows[^1], rows[0], batch.Count - 1);
        }
    }
}
