// Goal: the local stack's file is whole: images with fixed tags, settings that there are, files and services that there are, no secret in clear.
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed class ComposeTests
{
    private static readonly Yaml Stack = Yaml.Read("deploy/compose.yaml");

    private static IReadOnlyDictionary<string, Yaml> Services => Stack["services"].Map;

    [Fact]
    public void It_has_the_whole_stack_and_every_image_a_fixed_tag()
    {
        Assert.Superset(
            new HashSet<string>(["kafka", "clickhouse", "postgres", "minio", "silo-1", "silo-2", "prometheus", "grafana"]), Services.Keys.ToHashSet());
        Assert.All(Services, service => Assert.True(PinnedImage.IsPinned(service.Value["image"].Text), service.Key));
    }

    [Theory]
    [InlineData("postgres", false)]
    [InlineData("postgres:latest", false)]
    [InlineData("postgres:17", false)]
    [InlineData("postgres:17.6-alpine", true)]
    [InlineData("prom/prometheus:v3.7.3", true)]
    [InlineData("minio/minio:RELEASE.2025-09-07T16-13-09Z", true)]
    [InlineData("mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled-extra", true)]
    public void An_image_without_a_fixed_tag_is_seen(string image, bool isPinned) => Assert.Equal(isPinned, PinnedImage.IsPinned(image));

    [Fact]
    public void Every_variable_of_a_silo_is_a_setting_with_a_value_it_may_have()
    {
        foreach (var silo in (string[])["silo-1", "silo-2"])
        {
            var variables = Services[silo]["environment"].Map;
            Assert.Contains("Analytics__Kafka__BootstrapServers", variables.Keys);
            Assert.Empty(EnvironmentKeys.Unknown(variables.Keys));
            Assert.All(variables.Where(pair => !pair.Value.Text.Contains("${", StringComparison.Ordinal)), pair => Assert.Null(EnvironmentKeys.ProblemOf(pair.Key, pair.Value.Text)));
        }
    }

    [Fact]
    public void A_variable_that_is_no_setting_is_seen()
    {
        Assert.Equal(["Analytics__Flush__Interval"], EnvironmentKeys.Unknown(["Analytics__Flush__Interval", "Analytics__Flush__IntervalMs", "PATH"]));
        Assert.Contains("10 to 600,000", EnvironmentKeys.ProblemOf("Analytics__Flush__IntervalMs", "1"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_of_the_deployment_has_a_secret_in_clear()
    {
        var leaves = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "deploy"), "*.yaml", SearchOption.AllDirectories)
            .Where(path => !path.Contains("templates", StringComparison.Ordinal))
            .SelectMany(path => Yaml.ReadAll(File.ReadAllText(path))).SelectMany(document => document.Leaves());
        Assert.DoesNotContain(leaves, leaf => leaf.Path != ".secretName" && SecretText.IsInClear(leaf.Path[(leaf.Path.LastIndexOf('.') + 1)..], leaf.Text));
    }

    [Theory]
    [InlineData("POSTGRES_PASSWORD", "geheim", true)]
    [InlineData("POSTGRES_PASSWORD", "${POSTGRES_PASSWORD:?}", false)]
    [InlineData("Analytics__Postgres__ConnectionString", "Host=a;Password=geheim", true)]
    [InlineData("args", "--url=http://a?token=geheim", true)]
    [InlineData("POSTGRES_USER", "analytics", false)]
    public void A_secret_in_clear_is_seen(string name, string text, bool isInClear) => Assert.Equal(isInClear, SecretText.IsInClear(name, text));

    [Fact]
    public void Services_files_and_volumes_that_it_names_are_there()
    {
        foreach (var (name, service) in Services)
        {
            var needed = service["depends_on"].Items.Select(item => item.Text).Concat(service["depends_on"].Map.Keys);
            Assert.All(needed, other => Assert.Contains(other, Services.Keys));
            foreach (var (other, condition) in service["depends_on"].Map.Where(pair => pair.Value["condition"].Text == "service_healthy"))
            {
                Assert.True(Services[other]["healthcheck"].Exists || other.StartsWith("silo", StringComparison.Ordinal), $"{name} waits for {other}, {condition}");
            }

            foreach (var source in service["volumes"].Items.Select(volume => volume.Text.Split(':')[0]))
            {
                Assert.True(
                    source.StartsWith('.') ? Path.Exists(Path.Combine(RepositoryRoot.Path, "deploy", source)) : Stack["volumes"].Map.ContainsKey(source), $"{name}: {source}");
            }
        }
    }

    [Fact]
    public void A_silo_is_given_the_time_that_its_stop_takes() => Assert.All(
        (string[])["silo-1", "silo-2"],
        name => Assert.InRange(
            int.Parse(Services[name]["stop_grace_period"].Text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture),
            Analytics.Silo.Hosting.SiloProcess.StopTimeMax.TotalSeconds + 5, 120));
}
