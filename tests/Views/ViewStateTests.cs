// Goal: a view shows of every window and group what plain counting of the same rows says, in any order of rows and batches; late and early rows are in no window.
using System.Globalization;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Views;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Views;

public sealed class ViewStateTests
{
    private const long Now = 1_800_000_000_000;
    private const long GraceMs = 60_000;

    private static readonly Dictionary<string, ColumnType> Types = new()
    {
        ["branch"] = ColumnType.LowCardinalityString,
        ["currency"] = ColumnType.String,
        ["amount"] = ColumnType.Float64,
        ["count"] = ColumnType.Int64,
        ["ok"] = ColumnType.Bool,
        ["tags"] = ColumnType.ArrayString,
        ["at"] = ColumnType.DateTime,
    };

    [Fact]
    public void It_is_what_plain_counting_says()
    {
        Seeded.Run(150, static random =>
        {
            var everyMs = random.Next(1, 4) * 1000L;
            var definition = Define(["branch", "ok"], everyMs, "count", "sum(count)", "avg(amount)", "min(amount)", "max(count)", "unique(currency)", "count(amount)", "max(at)") with
            {
                WindowMs = everyMs * random.Next(1, 5),
                Where = random.Next(2) == 0 ? null : "count >= 3 OR branch IS NULL",
            };
            var rows = Enumerable.Range(0, random.Next(1, 80)).Select(i => RandomRow(random, i)).ToArray();
            var view = NewView(definition);
            foreach (var part in rows.Chunk(random.Next(1, 20)))
            {
                view.Take(new BatchRows(Of(part), null), Now);
            }

            var shown = Show(view.Read(Now));
            Assert.Equal(Expected(definition, rows), shown);

            random.Shuffle(rows);
            var other = NewView(definition);
            foreach (var row in rows)
            {
                other.Take(new BatchRows(Of([row]), null), Now);
            }

            Assert.Equal(shown, Show(other.Read(Now)));
        });
    }

    [Theory]
    [InlineData(0, 500, 1, 0)]
    [InlineData(0, 2000 + GraceMs - 1, 1, 0)]
    [InlineData(0, 2000 + GraceMs, 0, 1)]
    [InlineData(0, -GraceMs, 1, 0)]
    [InlineData(0, -GraceMs - 1, 0, 0)]
    public void A_row_counts_by_when_it_was_received(long timeMs, long receivedMs, int rows, long late)
    {
        var view = NewView(Define([], 2000, "count"));
        view.Take(new BatchRows(Of([new TestRow { Time = Now + timeMs, Received = Now + receivedMs }]), null), Now);
        Assert.Equal((rows, late), (view.Read(Now).Sum(window => window.Rows.Length), view.Late));
    }

    [Fact]
    public void A_window_is_closed_when_nothing_is_in_time_for_it_any_more()
    {
        var view = NewView(Define([], 2000, "count"));
        view.Take(new BatchRows(Of([new TestRow { Time = Now, Received = Now }]), null), Now);
        Assert.False(view.Read(Now + 2000 + GraceMs - 1)[0].IsClosed);
        Assert.True(view.Read(Now + 2000 + GraceMs)[0].IsClosed);
    }

    [Fact]
    public void Only_the_newest_windows_are_kept()
    {
        var view = NewView(Define([], 2000, "count"));
        view.Take(new BatchRows(Of([new TestRow { Time = Now, Received = Now }]), null), Now);
        var last = Now + ((ViewState.WindowsKept - 1) * 2000);
        Assert.Equal(ViewState.WindowsKept, view.Read(last).Count);
        Assert.Empty(view.Read(last + 2000));
    }

    [Fact]
    public void Shares_and_ranks_compare_the_groups_of_a_window()
    {
        var view = NewView(Define(["branch"], 2000, "share(count)", "rank(count)", "percent_rank(count)", "share", "rank"));
        (string Branch, long Count)[] rows = [("a", 10), ("b", 30), ("b", 20), ("c", 10), ("d", 30)];
        view.Take(new BatchRows(Of([.. rows.Select(row => Row(("branch", TestValue.Text(row.Branch)), ("count", TestValue.Int(row.Count))))]), null), Now);
        Assert.Equal(
            ["\"a\": 0.1 3 0 0.2 2", "\"b\": 0.5 1 1 0.4 1", "\"c\": 0.1 3 0 0.2 2", "\"d\": 0.3 2 0.6666666666666666 0.2 2"],
            view.Read(Now)[0].Rows.Select(row => $"{row.Group[0]}: {string.Join(' ', row.Values)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Groups_beyond_the_limit_are_one_and_it_is_the_same_ones_in_any_order()
    {
        Seeded.Run(50, static random =>
        {
            var definition = Define(["count"], 1000, "count", "sum(count)") with { GroupsMax = random.Next(1, 20), WindowMs = 1000 * random.Next(1, 4) };
            var rows = Enumerable.Range(0, 300).Select(_ => Row(("count", TestValue.Int(random.Next(60)))) with { Time = Now - (1000 * random.Next(3)) }).ToArray();
            var (one, other) = (NewView(definition), NewView(definition));
            one.Take(new BatchRows(Of(rows), null), Now);
            random.Shuffle(rows);
            Array.ForEach(rows, row => other.Take(new BatchRows(Of([row]), null), Now));
            var windows = one.Read(Now);
            Assert.Equal(Show(windows), Show(other.Read(Now)));
            foreach (var window in windows)
            {
                var inWindow = rows.Where(row => row.Time >= window.StartMs && row.Time < window.EndMs).ToArray();
                Assert.InRange(window.Rows.Count(row => !row.IsOther), 1, definition.GroupsMax);
                Assert.Equal(inWindow.Length, window.Rows.Sum(row => long.Parse(row.Values[0]!.Value.Text, CultureInfo.InvariantCulture)));
                Assert.All(window.Rows.Where(row => !row.IsOther), row => Assert.Equal(
                    inWindow.Count(one => Value(one, "count") == row.Group[0]!.Value.Text).ToString(CultureInfo.InvariantCulture), row.Values[0]!.Value.Text));
            }
        });
    }

    [Fact]
    public void Without_rows_there_are_no_windows_and_between_rows_empty_ones()
    {
        var view = NewView(Define([], 1000, "count", "avg(count)"));
        Assert.Empty(view.Read(Now));
        view.Take(new BatchRows(Of([Row() with { Time = Now - 3000 }, Row()]), null), Now);
        Assert.Equal([1, 0, 0, 1], view.Read(Now).Select(window => window.Rows.Length));
        Assert.Null(view.Read(Now)[0].Rows[0].Values[1]);
    }

    private static ViewState NewView(ViewDefinition definition) => new(definition, name => Types.TryGetValue(name, out var type) ? type : null, GraceMs);

    private static ViewDefinition Define(string[] groupBy, long everyMs, params string[] aggregates) => new()
    {
        Name = "v",
        GroupBy = groupBy,
        WindowMs = everyMs,
        EveryMs = everyMs,
        Aggregates = [.. aggregates.Select(text => text.Split('(', ')')).Select(parts => new ViewAggregate(
            Enum.GetValues<ViewAggregateKind>().Single(kind => ViewAggregate.NameOf(kind) == parts[0]), parts.Length > 1 ? parts[1] : null))],
    };

    private static EventBatch Of(TestRow[] rows) => Batches.Of(new BatchOrigin(0, 1, 0, -1, 0, 0), rows);

    private static TestRow Row(params (string Name, TestValue Value)[] fields) => new() { Time = Now, Received = Now, Fields = fields.ToDictionary(field => field.Name, field => field.Value) };

    private static TestRow RandomRow(Random random, int offset)
    {
        var fields = new Dictionary<string, TestValue>();
        void Maybe(string name, Func<TestValue> value)
        {
            if (random.Next(5) > 0)
            {
                fields[name] = value();
            }
        }

        Maybe("branch", () => TestValue.Text($"b{random.Next(3)}"));
        Maybe("currency", () => TestValue.Text($"c{random.Next(9)}"));
        Maybe("amount", () => random.Next(3) == 0 ? TestValue.Int(random.Next(5)) : TestValue.Float(random.Next(-8, 9) / 4.0));

        // Sometimes not of the column's type: no value then.
        Maybe("count", () => random.Next(8) == 0 ? TestValue.Text("3") : TestValue.Int(random.Next(9)));
        Maybe("ok", () => TestValue.Bool(random.Next(2) == 0));
        Maybe("at", () => TestValue.Time($"2026-11-{random.Next(10, 28)}T00:00:00Z"));
        return new TestRow { Offset = offset, Time = Now - random.Next(12_000), Received = Now, Fields = fields };
    }

    private static IEnumerable<string> Show(IReadOnlyList<ViewWindow> windows) => windows
        .SelectMany(window => window.Rows.Select(row => $"{window.StartMs}-{window.EndMs} {(row.IsOther ? "others" : string.Join(',', row.Group.Select(value => value?.Text ?? "-")))}: {string.Join(' ', row.Values.Select(value => value?.Text ?? "-"))}"))
        .Order(StringComparer.Ordinal);

    private static string? Value(TestRow row, string field)
    {
        var column = Of([row]).Fields.FirstOrDefault(column => column.Name == field);
        if (column is null || !ColumnFit.Fits(column, 0, Types[field]))
        {
            return null;
        }

        return Types[field] switch
        {
            ColumnType.Int64 => column.Bits[0].ToString(CultureInfo.InvariantCulture),
            ColumnType.Float64 => (column.Kind == FieldKind.Int64 ? column.Bits[0] : BitConverter.Int64BitsToDouble(column.Bits[0])).ToString("R", CultureInfo.InvariantCulture),
            ColumnType.Bool => column.Bits[0] != 0 ? "true" : "false",
            ColumnType.DateTime => $"\"{System.Text.Encoding.UTF8.GetString(column.BytesAt(0)).Replace("Z", ".000Z", StringComparison.Ordinal)}\"",
            _ => $"\"{System.Text.Encoding.UTF8.GetString(column.BytesAt(0))}\"",
        };
    }

    private static IEnumerable<string> Expected(ViewDefinition definition, TestRow[] rows)
    {
        var counted = rows.Where(row => definition.Where is null || Value(row, "branch") is null || (Value(row, "count") is { } count && int.Parse(count, CultureInfo.InvariantCulture) >= 3));
        return counted
            .SelectMany(row => Enumerable.Range(0, (int)(definition.WindowMs / definition.EveryMs)).Select(i => (Start: (row.Time / definition.EveryMs * definition.EveryMs) - (i * definition.EveryMs), Row: row)))
            .Where(pair => pair.Start > Now - (ViewState.WindowsKept * definition.EveryMs))
            .GroupBy(pair => (pair.Start, Branch: Value(pair.Row, "branch") ?? "-", Ok: Value(pair.Row, "ok") ?? "-"))
            .Select(group =>
            {
                var all = group.Select(pair => pair.Row).ToArray();
                string[] Of(string field) => [.. all.Select(row => Value(row, field)).OfType<string>()];
                double[] Numbers(string field) => [.. Of(field).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
                static string Text(double[] numbers, Func<double[], double> of) => numbers.Length == 0 ? "-" : of(numbers).ToString("R", CultureInfo.InvariantCulture);
                return $"{group.Key.Start}-{group.Key.Start + definition.WindowMs} {group.Key.Branch},{group.Key.Ok}: {all.Length} {Text(Numbers("count"), Enumerable.Sum)} " +
                    $"{Text(Numbers("amount"), Enumerable.Average)} {Text(Numbers("amount"), Enumerable.Min)} {Text(Numbers("count"), Enumerable.Max)} {Of("currency").Distinct().Count()} " +
                    $"{Of("amount").Length} {Of("at").Order(StringComparer.Ordinal).LastOrDefault("-")}";
            })
            .Order(StringComparer.Ordinal);
    }
}
