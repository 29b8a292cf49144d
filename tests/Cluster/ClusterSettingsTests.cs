// Goal: a silo that is to be one of several has what that needs, or its start ends with the setting's name and the reason; no message shows the password of the database.
using Analytics.Silo.Cluster;
using Analytics.Silo.Configuration;
using Xunit;
using static Analytics.Tests.Configuration.GivenSettings;

namespace Analytics.Tests.Cluster;

public sealed class ClusterSettingsTests
{
    private const string Secret = "hunter2";

    private static readonly (string, string)[] Whole =
    [
        ("Orleans:Clustering", "AdoNet"), ("Postgres:ConnectionString", $"Host=db;Username=a;Password={Secret}"), ("Log:Kind", "Kafka"), ("Kafka:BootstrapServers", "k:9092"),
        ("ClickHouse:Kind", "Http"), ("ClickHouse:Url", "http://ch:8123"),
    ];

    [Fact]
    public void A_whole_set_is_taken_where_the_packages_are_and_refused_with_the_reason_where_they_are_not()
    {
        if (ClusterHosting.IsAvailable)
        {
            var options = Read([.. Whole, ("Orleans:AdvertisedAddress", "10.0.0.7"), ("Orleans:SiloName", "analytics-0")]);
            Assert.Equal(("10.0.0.7", "analytics-0"), (options.Orleans.AdvertisedAddress, options.Orleans.SiloName));
            Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("was built without them", Assert.Throws<SettingsException>(() => Read(Whole)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Postgres:ConnectionString", "silos find each other in a table there")]
    [InlineData("Log:Kind", "the files of a log belong to one process")]
    [InlineData("ClickHouse:Kind", "the embedded engine belongs to one process")]
    public void What_several_silos_need_is_missed_by_its_name(string missing, string reason)
    {
        var problems = new List<SettingProblem>();
        var options = Read([.. Whole.Where(setting => setting.Item1 != missing && setting.Item1 != "Orleans:Clustering" && (missing != "ClickHouse:Kind" || setting.Item1 != "ClickHouse:Url"))]);
        ClusterRelations.Check(options with { Orleans = options.Orleans with { Clustering = "AdoNet" } }, isAvailable: true, problems);
        var problem = Assert.Single(problems);
        Assert.Equal($"Analytics:{missing}", problem.Setting);
        Assert.Contains(reason, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Orleans:Clustering", "Redis")]
    [InlineData("Orleans:AdvertisedAddress", "pod-0")]
    [InlineData("Orleans:AdvertisedAddress", "0.0.0.0")]
    [InlineData("Orleans:SiloName", "")]
    [InlineData("Orleans:ProbeSeconds", "0")]
    [InlineData("Postgres:ConnectionString", $"Password={Secret}")]
    [InlineData("Postgres:ConnectionString", $"Host=db;Pasword={Secret}")]
    public void A_value_that_cannot_be_is_refused(string setting, string value)
    {
        var message = Assert.Throws<SettingsException>(() => Read([(setting, value)])).Message;
        Assert.Contains($"Analytics:{setting}", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }
}
