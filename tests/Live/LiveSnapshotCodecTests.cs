// Goal: a live state comes back from its bytes as it was, fitted to the table's columns; bytes that are cut, changed, of another form or of other columns
// are refused, never taken for a state, and never a cause to fall over.
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Tables;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class LiveSnapshotCodecTests
{
    private const long InsertedSeconds = 1_800_000_123;

    [Fact]
    public void A_random_state_comes_back_as_it_was()
    {
        Seeded.Run(60, static random =>
        {
            var time = new ImpatientTime();
            var (live, plan) = RandomState(random, time, random.Next(0, 200));
            var bytes = LiveSnapshotCodec.Write(live, plan.Columns, InsertedSeconds);
            Assert.True(LiveSnapshotCodec.TryRead(bytes, plan.Columns, out var snapshot, out var whyNot), whyNot);
            Assert.Equal(StateText.Of(live, plan.Columns, time.NowMs), StateText.Of(snapshot.Live, plan.Columns, time.NowMs));
            Assert.Equal(InsertedSeconds, snapshot.InsertedSeconds);
            Assert.Equal(bytes, LiveSnapshotCodec.Write(snapshot.Live, plan.Columns, InsertedSeconds));
        });
    }

    [Fact]
    public void Every_text_that_is_cut_is_refused()
    {
        var (bytes, columns) = Written();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(LiveSnapshotCodec.TryRead(bytes.AsSpan(0, length), columns, out var snapshot, out var whyNot), $"{length} bytes were taken");
            Assert.Null(snapshot);
            Assert.Equal("it is damaged", whyNot);
        }
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var (bytes, columns) = Written();
        for (var i = 0; i < bytes.Length; i++)
        {
            var before = bytes[i];
            foreach (var mask in (byte[])[0x01, 0x80, 0xFF])
            {
                bytes[i] = (byte)(before ^ mask);
                Assert.False(LiveSnapshotCodec.TryRead(bytes, columns, out _, out var whyNot), $"byte {i} ^ {mask} was not noticed");
                Assert.Equal("it is damaged", whyNot);
            }

            bytes[i] = before;
        }

        Assert.True(LiveSnapshotCodec.TryRead(bytes, columns, out _, out _));
    }

    [Fact]
    public void Whatever_stands_behind_a_right_check_value_is_read_or_refused_and_never_read_beyond()
    {
        Seeded.Run(20, static random =>
        {
            var (bytes, columns) = Written();
            for (var i = 0; i < 300; i++)
            {
                var writer = new SnapshotWriter();
                var changed = bytes[..random.Next(bytes.Length - sizeof(uint))];
                for (var changes = random.Next(4); changes > 0 && changed.Length > 0; changes--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                Array.ForEach(changed, writer.WriteByte);
                Assert.Equal(
                    LiveSnapshotCodec.TryRead(writer.Seal(), columns, out var snapshot, out var whyNot), (snapshot, whyNot) is (not null, null));
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LiveSnapshotCodec.Version - 1)]
    [InlineData(LiveSnapshotCodec.Version + 1)]
    [InlineData(255)]
    public void Another_form_is_refused(byte version)
    {
        var (bytes, columns) = Written();
        var writer = new SnapshotWriter();
        writer.WriteByte(version);
        Array.ForEach(bytes[1..^sizeof(uint)], writer.WriteByte);
        Assert.False(LiveSnapshotCodec.TryRead(writer.Seal(), columns, out _, out var whyNot));
        Assert.Equal($"it has form {version}, this program reads form {LiveSnapshotCodec.Version}", whyNot);
    }

    [Fact]
    public void Columns_are_found_by_name_and_new_ones_are_empty()
    {
        var (live, plan) = State(("a", TestValue.Int(5)), ("b", TestValue.Text("x")));
        TableColumn[] columns = [new("new", ColumnType.DateTime), plan.Columns[1], plan.Columns[0]];
        var snapshot = Read(live, plan, columns, out _)!;
        Assert.Equal([0, 1, 1], snapshot.Live.Fields.Select(field => field.Count));
        Assert.Equal(columns.Select(column => column.Type), snapshot.Live.Fields.Select(field => field.Type));
        Assert.Same(columns, snapshot.Columns);
    }

    [Fact]
    public void Integers_become_doubles_where_the_column_has()
    {
        var (live, plan) = State(("a", TestValue.Int(ColumnFit.ExactIntegerMax)));
        var field = Assert.IsType<LiveFloat64>(Read(live, plan, [new("a", ColumnType.Float64)], out _)!.Live.Fields[0]);
        Assert.Equal("9007199254740992", Columns.Describe(field).Sum!.Value.Text);
    }

    [Fact]
    public void Integers_that_are_no_doubles_do_not()
    {
        var (live, plan) = State(("a", TestValue.Int(ColumnFit.ExactIntegerMax + 1)));
        Assert.Null(Read(live, plan, [new("a", ColumnType.Float64)], out var whyNot));
        Assert.Equal("column 'a' was of type Int64 and is Float64 now", whyNot);
    }

    [Fact]
    public void A_column_that_is_gone_or_of_another_type_makes_it_useless()
    {
        var (live, plan) = State(("a", TestValue.Float(1.5)), ("b", TestValue.Text("x")));
        Assert.Null(Read(live, plan, [plan.Columns[0]], out var whyNot));
        Assert.Equal("column 'b' is gone", whyNot);
        Assert.Null(Read(live, plan, [new("a", ColumnType.Int64), plan.Columns[1]], out whyNot));
        Assert.Equal("column 'a' was of type Float64 and is Int64 now", whyNot);
    }

    [Theory]
    [InlineData(TextTally.ValuesMax)]
    [InlineData(TextTally.ValuesMax + 1)]
    public void Counts_given_up_stay_given_up_and_others_come_back(int valueCount)
    {
        var field = new LiveText(ColumnType.String);
        field.Apply(Columns.Of([.. Enumerable.Range(0, valueCount).Select(i => TestValue.Text($"v{i}"))]), null);
        var live = new LiveMetric([field]);
        live.Merge(valueCount, 1, 2, new Dictionary<int, PartitionEnd> { [0] = new(1, 1) }, []);
        TableColumn[] columns = [new("a", ColumnType.String)];
        Assert.True(LiveSnapshotCodec.TryRead(LiveSnapshotCodec.Write(live, columns, 1), columns, out var snapshot, out _));
        Assert.Equivalent(Columns.Describe(field), Columns.Describe(snapshot.Live.Fields[0]), strict: true);
        Assert.Equal(valueCount <= TextTally.ValuesMax, snapshot.Live.Fields[0].Tally!.IsExact);
    }

    [Fact]
    public void A_usual_state_takes_few_bytes()
    {
        var random = new Random(1);
        var live = new LiveMetric();
        var plan = new TablePlan([], 100, []);
        for (var i = 0; i < 5000; i++)
        {
            var row = new TestRow
            {
                Offset = i,
                Received = 1_800_000_000_000 + (i * 100),
                Fields = new Dictionary<string, TestValue>
                {
                    ["amount"] = TestValue.Float(random.Next(1, 10_000) / 100.0),
                    ["user_age"] = TestValue.Int(random.Next(18, 90)),
                    ["country"] = TestValue.Text($"c{random.Next(60)}"),
                    ["ok"] = TestValue.Bool(random.Next(2) == 0),
                    ["when"] = TestValue.Time("2026-11-20T10:00:00Z"),
                },
            };
            live.Apply(new BatchRows(Batches.Of(new BatchOrigin(0, 1, 0, -1, 0, 0), [row]), null), plan);
        }

        Assert.InRange(LiveSnapshotCodec.Write(live, plan.Columns, InsertedSeconds).Length, 5_000, 9_000);
    }

    private static (byte[] Bytes, IReadOnlyList<TableColumn> Columns) Written()
    {
        var (live, plan) = RandomState(new Random(7), new ImpatientTime(), 60);
        return (LiveSnapshotCodec.Write(live, plan.Columns, InsertedSeconds), plan.Columns);
    }

    private static FittedSnapshot? Read(LiveMetric live, TablePlan plan, IReadOnlyList<TableColumn> columns, out string? whyNot) =>
        LiveSnapshotCodec.TryRead(LiveSnapshotCodec.Write(live, plan.Columns, 0), columns, out var snapshot, out whyNot) ? snapshot : null;

    private static (LiveMetric Live, TablePlan Plan) State(params (string Name, TestValue Value)[] fields)
    {
        var live = new LiveMetric();
        var plan = new TablePlan([], 100, []);
        var row = new TestRow { Fields = fields.ToDictionary(field => field.Name, field => field.Value) };
        live.Apply(new BatchRows(Batches.Of(new BatchOrigin(3, 1, 0, -1, 0, 0), [row]), null), plan);
        return (live, plan);
    }

    private static (LiveMetric Live, TablePlan Plan) RandomState(Random random, ImpatientTime time, int messages)
    {
        var live = new LiveMetric();
        var plan = new TablePlan([], 12, []);
        var events = new RandomEvents(random, time);
        for (var i = 0; i < messages; i++)
        {
            live.Apply(new BatchRows(Batches.Of(new BatchOrigin(random.Next(3), 1, 0, -1, 0, 0), events.NextMessage(i)), null), plan);
            time.Advance(random.Next(0, 5000));
        }

        return (live, plan);
    }
}
