// Goal: what dashboards and alert rules ask for is what a running silo has, by name and label; the silo's names are as OpenTelemetry wants them, and no series
// names a project or a metric unless that was asked for. And the health command says what the silo says.
using System.Text.Json;
using System.Text.RegularExpressions;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed partial class MetricNameTests
{
    [Fact]
    public async Task Dashboards_and_alert_rules_name_what_a_running_silo_has()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await silo.PostEventsAsync("""{"project":"shop","metric":"purchase","fields":{"amount":1}}"""u8.ToArray());
        await silo.GetAsync("/v1/projects/shop/metrics/purchase");
        Assert.Single(await silo.QueryAsync("SELECT amount FROM shop.purchase"));
        await Eventually.IsTrueAsync(async () => await silo.MetricAsync("analytics_clickhouse_parts") >= 1, TimeSpan.FromSeconds(30), () => silo.Output);
        var text = await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var types = TypeLine().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var expressions = Expressions().ToArray();
        Assert.True(expressions.Length > 30);
        foreach (var expression in expressions)
        {
            Assert.All(NamesOf(expression), name => Assert.True(Exists(name, types), $"{name} in {expression}"));
            Assert.Equal(expression.Count(c => c == '('), expression.Count(c => c == ')'));
        }

        Assert.False(Exists("analytics_no_such_total", types));
        Assert.False(Exists("analytics_metrics_freshness", types));
        Assert.DoesNotContain("project=", text, StringComparison.Ordinal);
        Assert.DoesNotContain("metric=", text, StringComparison.Ordinal);
        Assert.Equal(1, await silo.MetricAsync("analytics_metrics_freshness_count"));
    }

    [Fact]
    public async Task Names_and_units_follow_the_conventions_and_labels_come_when_asked_for()
    {
        await using var silo = await RunningSilo.StartNewAsync("--Analytics:Telemetry:Labels=Metric");
        await silo.PostEventsAsync("""[{"project":"shop","metric":"Käse","id":"1"},{"project":"shop","metric":"Käse","id":"1"}]"""u8.ToArray());
        await Eventually.IsTrueAsync(async () => await silo.MetricAsync("analytics_metrics_rows_duplicate_total") == 1, TimeSpan.FromSeconds(30), () => silo.Output);
        Assert.Equal(1, await silo.MetricAsync("analytics_metrics_rows_taken_total", "project=\"shop\",metric=\"Käse\""));
        var text = await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var helps = HelpLine().Matches(text).Where(match => match.Groups[1].Value.StartsWith("analytics_", StringComparison.Ordinal)).ToArray();
        Assert.True(helps.Length > 40);
        Assert.All(helps, help =>
        {
            Assert.Matches("^analytics(_[a-z]+)+$", help.Groups[1].Value);
            Assert.Matches(@"^(s|By|\{[a-z]+\})$", help.Groups[3].Value);
            Assert.Equal(help.Groups[1].Value.EndsWith("_duration", StringComparison.Ordinal), help.Groups[3].Value == "s" && !IsAge().IsMatch(help.Groups[1].Value));
            Assert.EndsWith(".", help.Groups[2].Value, StringComparison.Ordinal);
        });
    }

    private static bool Exists(string name, Dictionary<string, string> types) =>
        types.TryGetValue(name, out var type) ? type != "histogram" : types.TryGetValue(HistogramSuffix().Replace(name, ""), out type) && type == "histogram";

    private static IEnumerable<string> NamesOf(string expression) => Name().Matches(expression).Select(match => match.Value);

    private static IEnumerable<string> Expressions()
    {
        foreach (var rule in Yaml.Read("deploy/prometheus/alerts.yaml")["groups"].Items.SelectMany(group => group["rules"].Items))
        {
            Assert.All((string[])["alert", "expr", "labels.severity", "annotations.summary", "annotations.description"], member => Assert.True(rule[member].Exists, member));
            yield return rule["expr"].Text;
        }

        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "grafana", "dashboards", "analytics.json")));
        foreach (var target in dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()))
        {
            yield return target.GetProperty("expr").GetString()!;
        }
    }

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^# HELP (\S+) (.+) \((\S+)\)$", RegexOptions.Multiline)]
    private static partial Regex HelpLine();

    [GeneratedRegex("(analytics|dotnet)_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex("_freshness$|_longest$")]
    private static partial Regex IsAge();
}
