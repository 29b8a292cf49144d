// Goal: what a block says is what the real engine stores: every type, nulls, sparse and mixed columns, widening, values without a column,
// kept rows, several batches, and random tables against a model that shares no code with the writer.
using Analytics.Grains.Columns;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class NativeBlockEngineTests(EngineFixture engine)
{

    [Fact]
    public async Task Each_type_is_shown_by_the_engine_as_it_is_written_and_read_back()
    {
        var columns = Enum.GetValues<ColumnType>().Select(type => new TableColumn(type.ToString(), type)).ToArray();
        var table = await BlockTable.CreateAsync(engine, columns);
        var shown = (await engine.QueryTextAsync($"SELECT name, type FROM system.columns WHERE concat(database, '.', table) = '{table.Name}' ORDER BY position"))
            .Split('\n').Select(line => line.Split('\t')).ToArray();
        Assert.Equal(FixedColumns.All.Select(column => new[] { column.Name, column.Sql }), shown[..FixedColumns.All.Count]);
        foreach (var (column, line) in columns.Zip(shown[FixedColumns.All.Count..]))
        {
            Assert.Equal([column.Name, column.Type.ToSql()], line);
            Assert.Equal(column.Type, ColumnTypeText.FromSql(line[1]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Int64")]
    [InlineData("Nullable(Int32)")]
    [InlineData("Nullable(DateTime64(3,'UTC'))")]
    [InlineData("Array(Int64)")]
    [InlineData("LowCardinality(String)")]
    public void An_unknown_type_is_none_of_ours(string text) => Assert.Null(ColumnTypeText.FromSql(text));

    [Fact]
    public async Task Every_value_in_every_type_of_column_is_stored_or_kept_as_text()
    {
        foreach (var type in Enum.GetValues<ColumnType>())
        {
            var table = await BlockTable.CreateAsync(engine, [new TableColumn("f", type)]);
            var batch = new TestBatch(partition: 2);
            foreach (var value in RandomBatches.Values)
            {
                batch.Add(("f", value)).Add();
            }

            await table.InsertAsync([new BatchRows(batch.Build(), null)]);
            Assert.Equal(batch.Rows.Select(row => table.Expect(row, 2)), await table.ReadAsync());
        }
    }

    [Fact]
    public async Task A_field_without_a_column_and_one_with_a_fixed_columns_name_are_kept_as_text()
    {
        var table = await BlockTable.CreateAsync(engine, []);
        var batch = new TestBatch().Add(("_time", TestValue.Text("not a time")), ("_extra", TestValue.Int(1)), ("f`'\\", TestValue.Texts("a")), ("", TestValue.Bool(true)));
        await table.InsertAsync([new BatchRows(batch.Build(), null)]);
        Assert.Equal(batch.Rows.Select(row => table.Expect(row, 0)), await table.ReadAsync());
    }

    [Fact]
    public async Task Times_ids_and_positions_are_stored_to_the_limits()
    {
        var table = await BlockTable.CreateAsync(engine, []);
        var batch = new TestBatch(partition: int.MaxValue)
            .Add(new TestRow { Offset = 0, Time = ColumnFit.DateTimeMsMin, Received = ColumnFit.DateTimeMsMax, Id = new string('я', 64) })
            .Add(new TestRow { Offset = long.MaxValue, Sequence = int.MaxValue, Time = ColumnFit.DateTimeMsMax, Received = ColumnFit.DateTimeMsMin });
        await table.InsertAsync([new BatchRows(batch.Build(), null)], uint.MaxValue);
        Assert.Equal(batch.Rows.Select(row => table.Expect(row, int.MaxValue, uint.MaxValue)), await table.ReadAsync());
    }

    [Fact]
    public async Task A_time_of_receipt_beyond_the_column_is_moved_to_its_end()
    {
        var table = await BlockTable.CreateAsync(engine, []);
        var batch = new TestBatch().Add(new TestRow { Offset = 0, Received = long.MinValue }).Add(new TestRow { Offset = 1, Received = long.MaxValue });
        await table.InsertAsync([new BatchRows(batch.Build(), null)]);
        Assert.Equal(
            [table.Expect(batch.Rows[0] with { Received = ColumnFit.DateTimeMsMin }, 0), table.Expect(batch.Rows[1] with { Received = ColumnFit.DateTimeMsMax }, 0)],
            await table.ReadAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Random_batches_are_stored_as_the_model_says(int seed)
    {
        var random = new Random(seed);
        var types = Enum.GetValues<ColumnType>();
        var names = Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? $"f{i}" : $"поле {i}`'\\").ToArray();
        var columns = names.Where(_ => random.Next(4) > 0).Select(name => new TableColumn(name, types[random.Next(types.Length)])).ToArray();
        var table = await BlockTable.CreateAsync(engine, columns);
        var expected = new List<string>();
        for (var block = 0; block < 3; block++)
        {
            var batches = new List<BatchRows>();
            for (var partition = 0; partition < random.Next(1, 5); partition++)
            {
                var batch = RandomBatches.Next(random, names, (block * 10) + partition);
                var kept = random.Next(2) == 0 ? null : Enumerable.Range(0, batch.Rows.Count).Where(_ => random.Next(3) > 0).ToArray();
                batches.Add(new BatchRows(batch.Build(), kept));
                expected.AddRange((kept ?? Enumerable.Range(0, batch.Rows.Count)).Select(row => table.Expect(batch.Rows[row], (block * 10) + partition)));
            }

            if (batches.Sum(batch => batch.Count) > 0)
            {
                await table.InsertAsync(batches);
            }
        }

        Assert.Equal(expected, await table.ReadAsync());
    }
}
