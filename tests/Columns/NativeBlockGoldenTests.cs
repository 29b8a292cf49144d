// Goal: the bytes of a block, written out by hand once for each type of column, so that a change of the format is seen as such.
using System.Text;
using Analytics.Grains.Columns;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class NativeBlockGoldenTests
{
    [Fact]
    public void The_fixed_columns_stand_first_and_the_extra_values_last()
    {
        var batch = new TestBatch(partition: 3)
            .Add(new TestRow { Offset = 258, Sequence = 1, Time = 1, Received = 2, Id = "ab", Fields = new Dictionary<string, TestValue> { ["x"] = TestValue.Int(-7) } })
            .Add(new TestRow { Offset = 259, Sequence = 2, Time = -1, Received = 3 })
            .Build();
        Assert.Equal(
            Bytes(
                8, 2,
                "_time", "DateTime64(3, 'UTC')", Word(1), Word(-1),
                "_id", "String", "ab", 0,
                "_received", "DateTime64(3, 'UTC')", Word(2), Word(3),
                "_partition", "UInt32", Half(3), Half(3),
                "_offset", "UInt64", Word(258), Word(259),
                "_seq", "UInt32", Half(1), Half(2),
                "_inserted", "DateTime('UTC')", Half(0x01020304), Half(0x01020304),
                "_extra", "Map(String, String)", Word(1), Word(1), "x", "-7"),
            Write([new BatchRows(batch, null)], [], 0x01020304));
    }

    [Fact]
    public void Nothing_but_the_kept_rows_is_written()
    {
        var batch = new TestBatch()
            .Add(("a", TestValue.Int(1)), ("b", TestValue.Text("one")))
            .Add(("a", TestValue.Int(2)))
            .Add(("a", TestValue.Int(3)), ("b", TestValue.Text("three")))
            .Build();
        var written = Write([new BatchRows(batch, [1, 2])], [new TableColumn("a", ColumnType.Int64)], 0);
        Assert.Equal(
            Bytes(
                9, 2,
                "_time", "DateTime64(3, 'UTC')", Word(1_800_000_000_000), Word(1_800_000_000_000),
                "_id", "String", 0, 0,
                "_received", "DateTime64(3, 'UTC')", Word(1_800_000_000_500), Word(1_800_000_000_500),
                "_partition", "UInt32", Half(0), Half(0),
                "_offset", "UInt64", Word(1), Word(2),
                "_seq", "UInt32", Half(0), Half(0),
                "_inserted", "DateTime('UTC')", Half(0), Half(0),
                "a", "Nullable(Int64)", 0, 0, Word(2), Word(3),
                "_extra", "Map(String, String)", Word(0), Word(1), "b", "three"),
            written);
    }

    [Fact]
    public void A_bool() => AssertColumn(
        ColumnType.Bool,
        [TestValue.Bool(true), null, TestValue.Bool(false)],
        Bytes("Nullable(Bool)", 0, 1, 0, 1, 0, 0));

    [Fact]
    public void An_integer() => AssertColumn(
        ColumnType.Int64,
        [TestValue.Int(-1), null, TestValue.Int(0x0102030405060708)],
        Bytes("Nullable(Int64)", 0, 1, 0, Word(-1), Word(0), 8, 7, 6, 5, 4, 3, 2, 1));

    [Fact]
    public void A_double_and_an_integer_widened_to_it() => AssertColumn(
        ColumnType.Float64,
        [TestValue.Float(-0.5), null, TestValue.Int(3)],
        Bytes("Nullable(Float64)", 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xE0, 0xBF, Word(0), 0, 0, 0, 0, 0, 0, 0x08, 0x40));

    [Fact]
    public void A_time() => AssertColumn(
        ColumnType.DateTime,
        [TestValue.Time("1970-01-01T00:00:00.258Z"), null, TestValue.Time("1970-01-01T01:00+01:00")],
        Bytes("Nullable(DateTime64(3, 'UTC'))", 0, 1, 0, Word(258), Word(0), Word(0)));

    [Fact]
    public void A_string() => AssertColumn(
        ColumnType.String,
        [TestValue.Text("é"), null, TestValue.Json("[]")],
        Bytes("Nullable(String)", 0, 1, 0, 2, 0xC3, 0xA9, 0, "[]"));

    [Fact]
    public void A_string_of_few_values_travels_as_any_string() => AssertColumn(
        ColumnType.LowCardinalityString,
        [null, TestValue.Text("a"), TestValue.Text(string.Empty)],
        Bytes("Nullable(String)", 1, 0, 0, 0, "a", 0));

    [Fact]
    public void An_array_of_bools() => AssertColumn(
        ColumnType.ArrayBool,
        [TestValue.Bools(true, null), null, TestValue.Bools(false)],
        Bytes("Array(Nullable(Bool))", Word(2), Word(2), Word(3), 0, 1, 0, 1, 0, 0));

    [Fact]
    public void An_array_of_integers() => AssertColumn(
        ColumnType.ArrayInt64,
        [TestValue.Ints(5), TestValue.NoElements(1), TestValue.Ints(null, 6)],
        Bytes("Array(Nullable(Int64))", Word(1), Word(2), Word(4), 0, 1, 1, 0, Word(5), Word(0), Word(0), Word(6)));

    [Fact]
    public void An_array_of_doubles_and_one_of_integers_widened() => AssertColumn(
        ColumnType.ArrayFloat64,
        [TestValue.Floats(-0.5), null, TestValue.Ints(3)],
        Bytes("Array(Nullable(Float64))", Word(1), Word(1), Word(2), 0, 0, 0, 0, 0, 0, 0, 0, 0xE0, 0xBF, 0, 0, 0, 0, 0, 0, 0x08, 0x40));

    [Fact]
    public void An_array_of_strings() => AssertColumn(
        ColumnType.ArrayString,
        [TestValue.Texts("a", null), TestValue.NoElements(), TestValue.Texts("bc")],
        Bytes("Array(Nullable(String))", Word(2), Word(2), Word(3), 0, 1, 0, "a", 0, "bc"));

    [Fact]
    public void A_length_of_128_and_more_takes_two_bytes()
    {
        var text = new string('x', 300);
        AssertColumn(ColumnType.String, [TestValue.Text(text)], [.. Bytes("Nullable(String)", 0, 0xAC, 0x02), .. Encoding.UTF8.GetBytes(text)]);
    }

    private static void AssertColumn(ColumnType type, TestValue?[] values, byte[] expected)
    {
        var batch = new TestBatch();
        foreach (var value in values)
        {
            batch.Add(value is null ? [] : [("f", value)]);
        }

        var without = Write([new BatchRows(batch.Build(), null)], [], 0);
        var written = Write([new BatchRows(batch.Build(), null)], [new TableColumn("f", type)], 0);

        // The column stands between what is before _extra and _extra itself, which is empty here.
        var extra = Bytes("_extra", "Map(String, String)").Concat(new byte[values.Length * 8]).ToArray();
        Assert.Equal(extra, written[^extra.Length..]);
        var start = Search(without, Bytes("_extra", "Map(String, String)"));
        Assert.Equal([.. Bytes("f"), .. expected], written[start..^extra.Length]);
    }

    private static int Search(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part);

    private static byte[] Write(IReadOnlyList<BatchRows> batches, IReadOnlyList<TableColumn> columns, uint insertedSeconds)
    {
        var writer = NativeBlockWriter.Rent();
        writer.Write(batches, columns, insertedSeconds);
        var written = writer.Written.ToArray();
        writer.Return();
        return written;
    }

    private static byte[] Word(long value) => BitConverter.GetBytes(value);

    private static byte[] Half(int value) => BitConverter.GetBytes(value);

    /// <summary>Numbers are bytes, texts are strings with their length before.</summary>
    private static byte[] Bytes(params object[] parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts)
        {
            switch (part)
            {
                case int number:
                    bytes.Add((byte)number);
                    break;
                case string text:
                    bytes.Add((byte)text.Length);
                    bytes.AddRange(Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    bytes.AddRange((byte[])part);
                    break;
            }
        }

        return [.. bytes];
    }
}
