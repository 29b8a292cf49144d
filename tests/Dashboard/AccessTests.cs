// Goal: every page can be used by everybody: no serious finding of axe-core in either theme, at two widths, everything by keyboard, and nothing that a metric is called is ever more than text.
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Analytics.Tests.Dashboard;

[Collection(DashboardCollection.Name)]
public sealed partial class AccessTests(DashboardFixture fixture)
{
    private const string Evil = "<img src=x onerror=document.title='taken'>";

    private static readonly string[] Pages =
    [
        "#/", "#/projects/open", "#/projects/open/metrics/visit", "#/projects/open/metrics/visit/events", "#/projects/open/metrics/visit/schema", "#/projects/open/metrics/visit/views",
        "#/projects/open/metrics/visit/alerts", "#/projects/open/metrics/visit/views/pages", "#/dead-letters", "#/sql?q=SELECT%201", "#/alerts", "#/nowhere", "#/projects/nobody",
    ];

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task No_page_has_a_serious_finding_or_asks_another_server(ColorScheme scheme, int width)
    {
        await FillAsync();
        var axe = Environment.GetEnvironmentVariable("AXE_PATH");
        Assert.True(File.Exists(axe), "axe-core is not here: run ./test, or set AXE_PATH to what eng/fetch-axe.sh prints.");
        var script = await File.ReadAllTextAsync(axe);
        await using var visit = await fixture.OpenAsync(scheme, width);
        var findings = new List<string>();
        foreach (var path in Pages)
        {
            await visit.GoAsync(path);
            await visit.Page.Locator("main .card, main .fault, main .empty").First.WaitForAsync();
            await Assertions.Expect(visit.Page.GetByText("Reading…")).ToHaveCountAsync(0);
            await Assertions.Expect(visit.Page.Locator("main .tile:first-child dd:nth-of-type(1)").Filter(new() { HasTextRegex = Unknown() })).ToHaveCountAsync(0);
            await visit.Page.ScreenshotAsync(new() { Path = ScreenshotOf(scheme, width, path), FullPage = true });
            await visit.Page.EvaluateAsync(script);
            var found = await visit.Page.EvaluateAsync<JsonElement>(
                "async () => (await axe.run()).violations.filter(one => one.impact === 'serious' || one.impact === 'critical').map(one => one.id + ': ' + one.nodes.map(node => node.html + ' ' + node.failureSummary).join('\\n'))");
            findings.AddRange(found.EnumerateArray().Select(finding => $"{path} {finding}"));
            Assert.False(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{path} is wider than the window.");
        }

        Assert.Empty(findings);
        visit.MustBeWell();
    }

    // A page's first number before the server has said it.
    [GeneratedRegex("^–$")]
    private static partial Regex Unknown();

    // For people to look at: what a page looks like is nothing a test can say.
    private static string ScreenshotOf(ColorScheme scheme, int width, string path)
    {
        var name = string.Concat(path.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return Path.Combine(RepositoryRoot.Path, "artifacts", "screenshots", $"{scheme}-{width}-{(name.Length == 0 ? "overview" : name)}.png".ToLowerInvariant());
    }

    [Fact]
    public async Task A_serious_finding_would_be_seen()
    {
        await using var visit = await fixture.OpenAsync();
        await visit.GoAsync("#/nowhere");
        await visit.Page.EvaluateAsync("document.querySelector('main').append(document.createElement('button'))");
        await visit.Page.EvaluateAsync(await File.ReadAllTextAsync(Environment.GetEnvironmentVariable("AXE_PATH")!));
        Assert.Equal("button-name", await visit.Page.EvaluateAsync<string>("async () => (await axe.run()).violations.find(one => one.impact === 'critical').id"));
    }

    [Fact]
    public async Task Names_and_values_are_text_whatever_they_say()
    {
        await fixture.SendAsync(JsonSerializer.Serialize(new { project = "evil", metric = Evil, fields = new Dictionary<string, object> { [Evil] = Evil, ["n"] = 1 } }));
        await fixture.Silo.PostAsync("/v1/events", new StringContent($$$"""{"project":"evil","metric":"{{{Evil}}}","fields":{"x":{{{Evil}}}}}"""));
        await using var visit = await fixture.OpenAsync();
        var metric = "#/projects/evil/metrics/" + Uri.EscapeDataString(Evil);
        foreach (var path in new[] { "#/projects/evil", metric, metric + "/events", metric + "/schema", metric + "/views", metric + "/alerts", "#/dead-letters?project=evil" })
        {
            await visit.GoAsync(path);
            await visit.Page.GetByText("onerror").First.WaitForAsync();
            Assert.Equal(0, await visit.Page.Locator("main img, [onerror]").CountAsync());
        }

        await visit.GoAsync(metric);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = Evil }).ClickAsync();
        await visit.Page.GetByText("Most frequent values").First.WaitForAsync();
        Assert.Contains(Evil, await visit.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("main img, [onerror]").CountAsync());

        // The policy refuses what the code does not do.
        var thrown = await visit.Page.EvaluateAsync<string>("() => { try { document.querySelector('main').innerHTML = '<b>x</b>'; return 'set'; } catch (error) { return error.name; } }");
        Assert.Equal("TypeError", thrown);
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard()
    {
        await FillAsync();
        await using var visit = await fixture.OpenAsync();
        var page = visit.Page;
        await visit.GoAsync("#/");
        await page.GetByRole(AriaRole.Link, new() { Name = "open", Exact = true }).WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to content", await FocusedAsync(page));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("open visit");
        await page.GetByRole(AriaRole.Link, new() { Name = "open / visit" }).WaitForAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("open / visit", await FocusedAsync(page));
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "visit", Level = 1 }).WaitForAsync();
        Assert.Equal("visit", await FocusedAsync(page));

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("d");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Dead letters", Level = 1 }).WaitForAsync();
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        visit.MustBeWell();
    }

    [Fact]
    public async Task The_theme_is_the_systems_until_somebody_chooses_and_then_stays()
    {
        await using var visit = await fixture.OpenAsync(ColorScheme.Dark);
        await visit.GoAsync("#/");
        Assert.True(await LightnessAsync(visit.Page) < 60);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.True(await LightnessAsync(visit.Page) > 200);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        Assert.True(await LightnessAsync(visit.Page) < 60);
        await visit.Page.ReloadAsync();
        Assert.True(await LightnessAsync(visit.Page) < 60);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Light theme" }).ClickAsync();
        Assert.True(await LightnessAsync(visit.Page) > 200);
    }

    private async Task FillAsync()
    {
        await fixture.SendAsync("""[{"project":"open","metric":"visit","fields":{"page":"start","ms":12.5}},{"project":"open","metric":"visit","fields":{"page":"end","ms":3}}]""");
        await fixture.Silo.PostAsync("/v1/events", new StringContent("""{"project":"open","metric":"visit","fields":{"page":}}"""));
        using var view = new StringContent("""{"group_by":["page"],"window":"1m","aggregates":[{"count":true}]}""");
        using var answer = await fixture.Silo.Http.PutAsync(new Uri("/v1/projects/open/metrics/visit/views/pages", UriKind.Relative), view);
        answer.EnsureSuccessStatusCode();
    }

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("document.activeElement.textContent");

    private static Task<int> LightnessAsync(IPage page) => page.EvaluateAsync<int>("+getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]");
}
