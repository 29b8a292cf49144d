// Goal: a view is made, shown, listed and ended over HTTP; what is wrong with it is said in the caller's words before anything is decided.
using System.Text;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Views;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class ViewsRouteTests
{
    private const string Path = "/v1/projects/shop/metrics/purchase/views";
    private const string Body = """{"group_by":["branch"],"window":"1m","every":"10s","aggregates":[{"sum":"amount"},{"count":true}],"where":"amount > 0","groups":5}""";

    [Fact]
    public async Task A_view_is_made_shown_listed_and_ended()
    {
        await using var server = await StartAsync();
        server.Actors.Windows.Add(new ViewWindow(
            0, 60_000, true,
            [new ViewRow([JsonScalar.OfText("Bern \"Ost\"")], false, [JsonScalar.Of(2.5), JsonScalar.Of((Int128)2)]), new ViewRow([null], false, [null, JsonScalar.Of((Int128)1)]), new ViewRow([], true, [null, null])]));
        var made = await server.SendAsync("PUT", $"{Path}/v-1", Encoding.UTF8.GetBytes(Body));
        Assert.True(made.Status == 200, made.Text);
        Assert.Equal(
            """
            {"view":"v-1","group_by":["branch"],"window":"1m","every":"10s","aggregates":[{"sum":"amount"},{"count":true}],"where":"amount > 0","groups":5,"late":0,"windows":[{"start":"1970-01-01T00:00:00.000Z","end":"1970-01-01T00:01:00.000Z","closed":true,"rows":[{"group":{"branch":"Bern \u0022Ost\u0022"},"sum(amount)":2.5,"count":2},{"group":{"branch":null},"sum(amount)":null,"count":1},{"other":true,"sum(amount)":null,"count":null}]}]}
            """.Trim(),
            made.Text.Trim());
        Assert.Equal(made.Text, (await server.GetAsync($"{Path}/v-1")).Text);
        Assert.Equal("v-1", (await server.GetAsync(Path)).Json.GetProperty("views")[0].GetProperty("view").GetString());
        Assert.Equal(204, (await server.SendAsync("DELETE", $"{Path}/v-1")).Status);
        (await server.GetAsync($"{Path}/v-1")).MustBeProblem(404, "view_unknown");
        (await server.SendAsync("DELETE", $"{Path}/v-1")).MustBeProblem(404, "view_unknown");
        Assert.Equal(0, (await server.GetAsync(Path)).Json.GetProperty("views").GetArrayLength());
    }

    [Fact]
    public async Task Sinks_are_shown_as_they_were_put()
    {
        await using var server = await StartAsync();
        const string Sinks = """ "sinks":["clickhouse",{"postgres":{"table":"flow","columns":{"window_end":"at","count":"n"}}}] """;
        var made = await server.SendAsync("PUT", $"{Path}/v", Encoding.UTF8.GetBytes($$"""{"window":"2s","aggregates":[{"count":true}],{{Sinks}}}"""));
        Assert.True(made.Status == 200, made.Text);
        Assert.Contains(Sinks.Trim() + ",\"late\":0,\"missed\":0,\"written\":[]", made.Text, StringComparison.Ordinal);
        Assert.Contains(Sinks.Trim(), (await server.GetAsync(Path)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "window is ''; it is ")]
    [InlineData("""{"window":"2 s","aggregates":[{"count":true}]}""", "window is '2 s'; it is ")]
    [InlineData("""{"window":"2s","every":"x","aggregates":[{"count":true}]}""", "every is 'x'; it is ")]
    [InlineData("""{"window":"2s","aggregates":[{"count":true,"sum":"a"}]}""", "aggregates[0] has one member: count, sum, ")]
    [InlineData("""{"window":"2s","aggregates":[{"median":"a"}]}""", "aggregates[0] has one member: count, sum, ")]
    [InlineData("""{"window":"2s","aggregates":[{"sum":1}]}""", "aggregates[0]: sum is a field's name, or true for rows.")]
    [InlineData("""{"window":"2s","aggregates":[{"count":true}],"sinks":["nowhere"]}""", "sinks[0] is clickhouse or postgres, or an object")]
    [InlineData("""{"window":"2s","aggregates":[{"count":true}],"sinks":["clickhouse",{"postgres":{"table":7}}]}""", "sinks[1]: postgres has \"table\", a name, and \"columns\"")]
    [InlineData("""{"window":"2s","aggregates":[{"count":true}],"sinks":[{"postgres":{"columns":{"count":1}}}]}""", "sinks[0]: postgres has \"table\", a name, and \"columns\"")]
    [InlineData("""{"window":"2s","aggregates":[{"count":true}],"sinks":[{"postgres":{},"clickhouse":{}}]}""", "sinks[0] is clickhouse or postgres")]
    public async Task A_wrong_body_is_said_to_be(string body, string detail)
    {
        await using var server = await StartAsync();
        var answer = (await server.SendAsync("PUT", $"{Path}/v", Encoding.UTF8.GetBytes(body))).MustBeProblem(400, SettingsRefusal.Invalid);
        Assert.StartsWith(detail, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Actors.Decisions);
    }

    [Fact]
    public async Task What_the_actor_refuses_has_its_words()
    {
        await using var server = await StartAsync();
        server.Actors.Refusal = new SettingsRefusal(SettingsRefusal.Invalid, "No.");
        Assert.Equal("No.", (await server.SendAsync("PUT", $"{Path}/v", Encoding.UTF8.GetBytes(Body))).MustBeProblem(400, SettingsRefusal.Invalid).Json.GetProperty("detail").GetString());
        (await server.SendAsync("PUT", "/v1/projects/analytics/metrics/dead_letters/views/v", Encoding.UTF8.GetBytes(Body))).MustBeProblem(409, "settings_of_system");
    }

    [Theory]
    [InlineData("v", null)]
    [InlineData("", "A view's name is 1 to 64 letters")]
    [InlineData("a b", "A view's name is 1 to 64 letters")]
    public void Names_are_plain(string name, string? why) => AssertRefused(View() with { Name = name }, why);

    [Fact]
    public void What_may_not_be_is_said()
    {
        AssertRefused(View() with { GroupBy = ["a", "b", "c", "d"] }, null);
        AssertRefused(View() with { GroupBy = ["a", "b", "c", "d", "e"] }, "group_by has 5 fields; 4 are allowed.");
        AssertRefused(View() with { GroupBy = ["a", "a"] }, "group_by names a field twice.");
        AssertRefused(View() with { GroupBy = ["tags"] }, "group_by: 'tags' is an array.");
        AssertRefused(View() with { GroupsMax = ViewRules.GroupsMax }, null);
        AssertRefused(View() with { GroupsMax = ViewRules.GroupsMax + 1 }, "groups is 10001; it may be 1 to 10000.");
        AssertRefused(View() with { GroupsMax = 0 }, "groups is 0; it may be 1 to 10000.");
        AssertRefused(View() with { WindowMs = 1000, EveryMs = 1000 }, null);
        AssertRefused(View() with { WindowMs = 999, EveryMs = 999 }, "window is whole seconds from 1s to 30d.");
        AssertRefused(View() with { WindowMs = ViewRules.WindowMsMax + 1000, EveryMs = ViewRules.WindowMsMax + 1000 }, "window is whole seconds from 1s to 30d.");
        AssertRefused(View() with { WindowMs = 3000, EveryMs = 2000 }, "every is whole seconds, and window an even multiple of it.");
        AssertRefused(View() with { WindowMs = 60_000, EveryMs = 1000 }, null);
        AssertRefused(View() with { WindowMs = 61_000, EveryMs = 1000 }, "window is 61 times every; 60 are allowed.");
        AssertRefused(View() with { Aggregates = [] }, "aggregates has 0 entries; 1 to 16 are allowed.");
        AssertRefused(View() with { Aggregates = [.. Enumerable.Range(0, 16).Select(i => new ViewAggregate(ViewAggregateKind.Sum, $"f{i}"))] }, null);
        AssertRefused(View() with { Aggregates = [.. Enumerable.Range(0, 17).Select(i => new ViewAggregate(ViewAggregateKind.Sum, $"f{i}"))] }, "aggregates has 17 entries; 1 to 16 are allowed.");
        AssertRefused(View() with { Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "a"), new ViewAggregate(ViewAggregateKind.Sum, "a")] }, "aggregates has 'sum(a)' twice.");
        AssertRefused(View() with { Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, null)] }, "aggregates: sum needs a field.");
        AssertRefused(View() with { Aggregates = [new ViewAggregate(ViewAggregateKind.PercentRank, null)] }, null);
        AssertRefused(View() with { Aggregates = [new ViewAggregate(ViewAggregateKind.Sum, "name")] }, "aggregates: sum cannot be made of 'name', a column of type String.");
        AssertRefused(View() with { Where = "name = 'x' AND later = 1" }, null);
        AssertRefused(View() with { Where = "name = 1" }, "where: 'name', a column of type String, cannot be compared with 1 so.");
        AssertRefused(View() with { Where = "name =" }, "where: At character 7 there is the end; expected is a number, a 'text', true or false.");
    }

    private static ViewDefinition View() => new() { Name = "v", GroupBy = [], WindowMs = 2000, EveryMs = 2000, Aggregates = [new ViewAggregate(ViewAggregateKind.Count, null)] };

    private static void AssertRefused(ViewDefinition view, string? why)
    {
        var reason = ViewRules.WhyNot(view, name => name switch { "tags" => ColumnType.ArrayString, "name" => ColumnType.String, _ => null });
        if (why is null)
        {
            Assert.Null(reason);
        }
        else
        {
            Assert.StartsWith(why, reason, StringComparison.Ordinal);
        }
    }

    private static async Task<HttpTestServer> StartAsync()
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.Actors.Add("shop", "purchase");
        return server;
    }
}
