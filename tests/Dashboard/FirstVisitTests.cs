// Goal: what a person does on the first day works in a real browser on a real silo: from nothing to a metric that moves, a view with its chart, a dead letter that is replayed, also across a restart of the server.
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Analytics.Tests.Dashboard;

[Collection(DashboardCollection.Name)]
public sealed partial class FirstVisitTests(DashboardFixture fixture)
{
    private const string First = """{"project":"shop","metric":"purchase","fields":{"amount":12.5,"user":"u1","ok":true}}""";
    private const string Second = """{"project":"shop","metric":"purchase","fields":{"amount":3,"user":"u2","coupon":"AUTUMN"}}""";

    [Fact]
    public async Task From_nothing_to_a_metric_that_moves()
    {
        Assert.Contains("No events yet", fixture.FirstText, StringComparison.Ordinal);
        Assert.Contains(fixture.Address + "v1/events", fixture.FirstText, StringComparison.Ordinal);
        var page = fixture.FirstPage.Page;
        var project = page.GetByRole(AriaRole.Link, new() { Name = "shop", Exact = true });

        var clock = Stopwatch.StartNew();
        await fixture.SendAsync(First);
        await project.WaitForAsync();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);

        await fixture.SendAsync(Second);
        await project.ClickAsync();
        var refund = page.GetByRole(AriaRole.Link, new() { Name = "refund", Exact = true });
        await page.GetByRole(AriaRole.Link, new() { Name = "purchase", Exact = true }).WaitForAsync();
        clock.Restart();
        await fixture.SendAsync(First.Replace("purchase", "refund", StringComparison.Ordinal));
        await refund.WaitForAsync();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
        await page.GetByRole(AriaRole.Link, new() { Name = "purchase", Exact = true }).ClickAsync();
        await Assertions.Expect(fixture.FirstPage.Tile("total")).ToHaveTextAsync("2");
        await fixture.SendAsync(First);
        await Assertions.Expect(fixture.FirstPage.Tile("total")).ToHaveTextAsync("3");

        await page.GetByRole(AriaRole.Button, new() { Name = "coupon" }).ClickAsync();
        await page.GetByText("Most frequent values of coupon").WaitForAsync();
        await page.GetByText("AUTUMN").First.WaitForAsync();
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "shop", Level = 1 }).WaitForAsync();
        fixture.FirstPage.MustBeWell();
    }

    [Fact]
    public async Task Events_and_columns_are_seen_and_a_new_column_appears_by_itself()
    {
        await fixture.SendAsync("""[{"project":"seen","metric":"order","id":"e1","fields":{"n":1}},{"project":"seen","metric":"order","id":"e1","fields":{"n":1}}]""");
        await using var visit = await fixture.OpenAsync();
        await visit.GoAsync("#/projects/seen/metrics/order/schema");
        await visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Nullable(Int64)" }).WaitForAsync();
        await fixture.SendAsync("""{"project":"seen","metric":"order","id":"e2","fields":{"n":2,"colour":"blue"}}""");
        var row = visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "colour" });
        await row.WaitForAsync();
        await Assertions.Expect(visit.Tile("duplicates")).ToHaveTextAsync("1");

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Latest events" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Cell, new() { Name = "blue" }).WaitForAsync();

        // Reading the events has written them, and a column has a time since it is in the table.
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Schema" }).ClickAsync();
        await Assertions.Expect(row).ToHaveTextAsync(TimeOfDay());
        visit.MustBeWell();
    }

    [Fact]
    public async Task A_view_is_made_by_form_and_shows_its_chart()
    {
        await fixture.SendAsync("""[{"project":"sales","metric":"order","fields":{"amount":5,"country":"CH"}},{"project":"sales","metric":"order","fields":{"amount":7.5,"country":"DE"}}]""");
        await using var visit = await fixture.OpenAsync();
        var page = visit.Page;
        await visit.GoAsync("#/projects/sales/metrics/order/views");
        await page.GetByLabel("Name").FillAsync("by-country");
        await page.GetByLabel("country", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Windows of").FillAsync("soon");
        var make = page.GetByRole(AriaRole.Button, new() { Name = "Make the view" });
        await make.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("window is 'soon'");

        await page.GetByLabel("Windows of").FillAsync("1h");
        await page.GetByRole(AriaRole.Button, new() { Name = "Another aggregate" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Of", Exact = true }).Last.SelectOptionAsync("amount");
        await make.ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "by-country", Level = 1 }).WaitForAsync();
        await page.Locator("main canvas").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "DE" })).ToContainTextAsync("7.5");

        await fixture.SendAsync("""{"project":"sales","metric":"order","fields":{"amount":2.5,"country":"DE"}}""");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "DE" })).ToContainTextAsync("10");
        visit.MustBeWell();
    }

    [Fact]
    public async Task An_alert_is_made_by_form_raised_by_an_event_and_removed()
    {
        await fixture.SendAsync("""{"project":"alarms","metric":"latency","fields":{"ms":5}}""");
        await using var visit = await fixture.OpenAsync();
        var page = visit.Page;
        await visit.GoAsync("#/projects/alarms/metrics/latency/alerts");
        await page.GetByText("No alerts yet").WaitForAsync();
        await page.GetByLabel("Name").FillAsync("slow");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "When", Exact = true }).SelectOptionAsync("field");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Its", Exact = true }).SelectOptionAsync("max");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Is", Exact = true }).SelectOptionAsync("above");
        await page.GetByLabel("This number").FillAsync("100");
        await page.GetByLabel("Cleared at").FillAsync("200");
        var save = page.GetByRole(AriaRole.Button, new() { Name = "Save the alert" });
        await save.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("clear");

        await page.GetByLabel("Cleared at").FillAsync("");
        await save.ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "slow" });
        await row.WaitForAsync();
        await Assertions.Expect(row).Not.ToContainTextAsync("raised");
        await fixture.SendAsync("""{"project":"alarms","metric":"latency","fields":{"ms":250}}""");
        await Assertions.Expect(row).ToContainTextAsync("raised");
        await Assertions.Expect(row).ToContainTextAsync("250");

        await visit.GoAsync("#/alerts");
        await page.GetByRole(AriaRole.Link, new() { Name = "alarms / latency" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.GetByText("No alerts yet").WaitForAsync();
        visit.MustBeWell();
    }

    [Fact]
    public async Task A_dead_letter_is_opened_and_replayed_after_a_restart_that_the_page_lives_through()
    {
        var text = new string('x', 300);
        await fixture.SendAsync("""{"project":"letters","metric":"buy","fields":{"note":"short"}}""");
        await fixture.Silo.PostAsync("/v1/events", new StringContent($$$"""{"project":"letters","metric":"buy","fields":{"note":"{{{text}}}"}}"""));
        await using var visit = await fixture.OpenAsync();
        var page = visit.Page;
        await visit.GoAsync("#/dead-letters?project=letters");
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "string_too_long" }).GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByText(text).WaitForAsync();
        var replay = page.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true });
        await replay.ClickAsync();
        await page.GetByText("1 still refused").WaitForAsync();

        var state = page.Locator(".status");
        Assert.Equal(0, await fixture.Silo.StopAsync());
        await Assertions.Expect(state).ToHaveTextAsync("Connection lost, trying again");
        fixture.Silo.Settings = [];
        await fixture.Silo.StartAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Live");

        await replay.ClickAsync();
        await page.GetByText("1 letter replayed.").WaitForAsync();
        await visit.GoAsync("#/projects/letters/metrics/buy");
        await Assertions.Expect(visit.Tile("total")).ToHaveTextAsync("2");
        fixture.Silo.Settings = [DashboardFixture.TightLimit];
    }

    [Fact]
    public async Task Sql_is_asked_shared_by_its_address_and_refused_in_words()
    {
        await fixture.SendAsync("""{"project":"asked","metric":"m","fields":{"n":9007199254740993}}""");
        await using var visit = await fixture.OpenAsync();
        var page = visit.Page;
        await visit.GoAsync("#/sql");
        await page.GetByLabel("SQL").FillAsync("SELECT n, 1 AS one FROM asked.m");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.GetByRole(AriaRole.Cell, new() { Name = "9,007,199,254,740,993" }).WaitForAsync();
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "9,007,199,254,740,993" }).WaitForAsync();

        await page.GetByLabel("SQL").FillAsync("SELECT number, number * 2 AS twice FROM numbers(20)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Chart" }).ClickAsync();
        await page.Locator("main canvas").WaitForAsync();

        await page.GetByLabel("SQL").FillAsync("DROP TABLE asked.m");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        Assert.Equal(1, (await fixture.Silo.QueryAsync("SELECT toUInt8(count()) AS n FROM asked.m"))[0].GetProperty("n").GetInt32());
        visit.MustBeWell();
    }

    [GeneratedRegex(@"\d\d:\d\d:\d\d")]
    private static partial Regex TimeOfDay();
}
