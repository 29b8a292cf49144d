// Goal: what the sinks of a view may not be is said in the caller's words, and names are such that no two views share a table.
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Views.Sinks;
using Xunit;

namespace Analytics.Tests.Views.Sinks;

public sealed class SinkRulesTests
{
    private static readonly ViewSink Postgres = new(ViewSinkKind.Postgres);

    [Fact]
    public void What_may_not_be_is_said()
    {
        AssertRefused(null, View());
        AssertRefused(null, View(new ViewSink(ViewSinkKind.ClickHouse), Postgres));
        AssertRefused("sinks has postgres twice.", View(Postgres, Postgres with { Table = "other" }));
        AssertRefused("sinks: the table and the columns of clickhouse have", View(new ViewSink(ViewSinkKind.ClickHouse) { Table = "t" }));
        AssertRefused("sinks: two columns would be called 'window_start'.", View(Postgres) with { GroupBy = ["window_start"] });
        AssertRefused("sinks: two columns would be called 'count'.", View(Postgres) with { GroupBy = ["count"] });
        AssertRefused(null, View() with { GroupBy = ["count"] });
        AssertRefused(null, View(Postgres with { Table = "bank.flow" }));
        AssertRefused("sinks: the table of postgres is called 'bank.'", View(Postgres with { Table = "bank." }));
        AssertRefused(null, View(Postgres with { Table = new string('t', 63) }));
        AssertRefused("sinks: the table of postgres is called", View(Postgres with { Table = new string('t', 64) }));
        AssertRefused(null, View(Postgres with { Columns = [new("branch", "b"), new("window_end", "w")] }));
        AssertRefused("sinks: postgres has a column of 'sum'; there is window_start, window_end, other, branch, sum(amount), count.", View(Postgres with { Columns = [new("sum", "s")] }));
        AssertRefused("sinks: two columns of postgres are called 'b'.", View(Postgres with { Columns = [new("branch", "b"), new("count", "b")] }));
        AssertRefused("sinks: a column of postgres is called ''", View(Postgres with { Columns = [new("branch", string.Empty)] }));
        AssertRefused("sinks: a column of postgres is called 'ффф", View(Postgres) with { GroupBy = [new string('ф', 40)] });
    }

    [Fact]
    public void PostgreSQL_needs_its_connection_string()
    {
        Assert.Equal("sinks: postgres needs Analytics:Postgres:ConnectionString, which is not set.", SinkRules.WhyNot(View(Postgres), null));
        using var instruments = new SinkInstruments();
        Assert.StartsWith("sinks: postgres needs", SinkRules.WhyNot(View(Postgres), new SinkServices(new LogProgressDouble(), instruments)), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_are_cut_and_stay_different()
    {
        var (one, other) = (RollupName.Postgres(Postgres, "shop", new string('ф', 60), "a"), RollupName.Postgres(Postgres, "shop", new string('ф', 60), "b"));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(one), 60, RollupName.PostgresBytesMax);
        Assert.NotEqual(one, other);
        Assert.Equal("shop_a_b_v", RollupName.Postgres(Postgres, "shop", "a.b", "v"));
        Assert.Equal("m.v", RollupName.Table("shop", "m", "v"));
        Assert.EndsWith("~" + RollupName.Table("shop", new string('ф', 128), "v")[^32..], RollupName.Table("shop", new string('ф', 128), "v"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_s_mark_is_of_what_it_says_and_of_nothing_else()
    {
        var view = View(Postgres);
        Assert.Equal(RollupShape.DefinitionOf(view), RollupShape.DefinitionOf(view with { Name = "w", Sinks = [], SinceMs = 7 }));
        ViewDefinition[] others =
        [
            view with { GroupBy = [] }, view with { GroupBy = ["branch", "sum(amount)"], Aggregates = [view.Aggregates[1]] }, view with { WindowMs = 4000 }, view with { WindowMs = 4000, EveryMs = 4000 },
            view with { Where = "a = 1" }, view with { GroupsMax = 7 }, view with { Aggregates = [.. view.Aggregates.Reverse()] },
        ];
        Assert.Equal(others.Length + 1, others.Append(view).Select(RollupShape.DefinitionOf).Distinct().Count());
    }

    private static ViewDefinition View(params ViewSink[] sinks) => new()
    {
        Name = "v",
        GroupBy = ["branch"],
        WindowMs = 2000,
        EveryMs = 2000,
        Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "amount"), new ViewAggregate(ViewAggregateKind.Count, null)],
        Sinks = sinks,
    };

    private static void AssertRefused(string? why, ViewDefinition view)
    {
        using var instruments = new SinkInstruments();
        var services = new SinkServices(new LogProgressDouble(), instruments) { Open = static (_, _, _, _) => throw new InvalidOperationException() };
        var reason = SinkRules.WhyNot(view, services);
        if (why is null)
        {
            Assert.Null(reason);
        }
        else
        {
            Assert.StartsWith(why, reason, StringComparison.Ordinal);
        }
    }
}
