// Goal: a server's settings are read by their documented names; what belongs to the other kind of ClickHouse, what is missing and what is no address is refused, and no
// message ever shows a password, wherever it was put.
using Analytics.Grains.Configuration;
using Xunit;
using static Analytics.Tests.Configuration.GivenSettings;

namespace Analytics.Tests.Configuration;

public sealed class ClickHouseSettingsTests
{
    private static readonly (string, string)[] Server = [("ClickHouse:Kind", "Http"), ("ClickHouse:Url", "http://a:8123")];

    [Fact]
    public void Everything_that_is_given_reaches_its_property()
    {
        var options = Read(
        [
            ("ClickHouse:Kind", "Http"), ("ClickHouse:Url", "http://a:8123, https://[::1]:8443"), ("ClickHouse:User", "writer"), ("ClickHouse:Password", "p:1"),
            ("ClickHouse:QueryUser", "guest"), ("ClickHouse:QueryPassword", ""), ("ClickHouse:Cluster", "all"), ("ClickHouse:ConnectSecondsMax", "1"),
            ("ClickHouse:StatementSecondsMax", "30"), ("ClickHouse:Compression", "On"), ("ClickHouse:Connections", "8"),
        ]).ClickHouse;
        Assert.Equal(
            new ClickHouseOptions
            {
                Kind = "Http",
                Url = "http://a:8123, https://[::1]:8443",
                User = "writer",
                Password = "p:1",
                QueryUser = "guest",
                QueryPassword = "",
                Cluster = "all",
                ConnectSecondsMax = 1,
                StatementSecondsMax = 30,
                Compression = "On",
                Connections = 8,
            },
            options);
    }

    [Theory]
    [InlineData("a:8123")]
    [InlineData("ftp://a")]
    [InlineData("http://a:8123,")]
    [InlineData("http://a:8123/path")]
    [InlineData("http://a:8123/?x=1")]
    [InlineData("http://a:8123/#x")]
    [InlineData("http://a:8123,http://A:8123/")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string url)
    {
        var problem = Assert.Single(ProblemsOf(("ClickHouse:Kind", "Http"), ("ClickHouse:Url", url)));
        Assert.Equal(("Analytics:ClickHouse:Url", url), (problem.Setting, problem.Value));
    }

    [Fact]
    public void No_more_addresses_than_are_tried_are_taken()
    {
        Assert.Single(ProblemsOf([.. Server, ("ClickHouse:Url", Urls(ClickHouseUrls.CountMax + 1)), ("ClickHouse:Cluster", "all")]));
        Assert.Empty(ProblemsOf([.. Server, ("ClickHouse:Url", Urls(ClickHouseUrls.CountMax)), ("ClickHouse:Cluster", "all")]));

        static string Urls(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"http://a{i}"));
    }

    [Theory]
    [InlineData("ClickHouse:Url", "http://writer:hunter2@a:8123")]
    [InlineData("ClickHouse:Url", "http://a:8123,ftp://writer:hunter2@b")]
    [InlineData("Http:Urls", "https://writer:hunter2@a")]
    [InlineData("ClickHouse:Pasword", "hunter2")]
    [InlineData("ClickHouse:Connections", "clickhouse://writer:hunter2@a")]
    public void A_password_in_the_wrong_place_is_not_shown(string name, string value)
    {
        var problem = Assert.Single(ProblemsOf([.. Server, (name, value)]));
        Assert.DoesNotContain("hunter2", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_needs_an_address_and_several_need_a_cluster()
    {
        Assert.Equal("Analytics:ClickHouse:Url", Assert.Single(ProblemsOf(("ClickHouse:Kind", "Http"))).Setting);
        Assert.Empty(ProblemsOf(Server));
        Assert.Contains("ClickHouse:Cluster", Assert.Single(ProblemsOf([.. Server, ("ClickHouse:Url", "http://a,http://b")])).Allowed, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf([.. Server, ("ClickHouse:Url", "http://a,http://b"), ("ClickHouse:Cluster", "all")]));
    }

    [Fact]
    public void A_password_for_users_sql_needs_its_user()
    {
        Assert.Equal("Analytics:ClickHouse:QueryPassword", Assert.Single(ProblemsOf([.. Server, ("ClickHouse:QueryPassword", "x")])).Setting);
        Assert.Empty(ProblemsOf([.. Server, ("ClickHouse:QueryPassword", "x"), ("ClickHouse:QueryUser", "guest")]));
    }

    [Theory]
    [InlineData("ClickHouse:Url", "http://a")]
    [InlineData("ClickHouse:User", "writer")]
    [InlineData("ClickHouse:Password", "hunter2")]
    [InlineData("ClickHouse:QueryUser", "guest")]
    [InlineData("ClickHouse:Cluster", "all")]
    [InlineData("ClickHouse:ConnectSecondsMax", "5")]
    [InlineData("ClickHouse:StatementSecondsMax", "600")]
    [InlineData("clickhouse:compression", "On")]
    public void What_is_for_a_server_is_refused_for_the_embedded_engine(string name, string value)
    {
        var problem = Assert.Single(ProblemsOf((name, value)));
        Assert.Equal("Analytics:" + name, problem.Setting, ignoreCase: true);
        Assert.Contains("set ClickHouse:Kind to Http", problem.Allowed, StringComparison.Ordinal);
        Assert.Null(problem.Value);
        Assert.Empty(ProblemsOf([.. Server, (name, value)]));
    }

    [Theory]
    [InlineData("ClickHouse:LibraryPath", "x.so")]
    [InlineData("ClickHouse:MarkCacheBytesMax", "67108864")]
    [InlineData("ClickHouse:MergeThreads", "2")]
    [InlineData("ClickHouse:LargePartBytes", "1000000")]
    public void What_is_for_the_embedded_engine_is_refused_for_a_server(string name, string value)
    {
        Assert.Contains("set ClickHouse:Kind to Embedded", Assert.Single(ProblemsOf([.. Server, (name, value)])).Allowed, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf((name, value)));
    }

    [Theory]
    [InlineData("ClickHouse:Kind", "http")]
    [InlineData("ClickHouse:User", "a:b")]
    [InlineData("ClickHouse:User", "")]
    [InlineData("ClickHouse:QueryUser", "a\nb")]
    [InlineData("ClickHouse:Cluster", "")]
    [InlineData("ClickHouse:Compression", "gzip")]
    [InlineData("ClickHouse:ConnectSecondsMax", "0")]
    [InlineData("ClickHouse:ConnectSecondsMax", "61")]
    [InlineData("ClickHouse:StatementSecondsMax", "86401")]
    public void A_value_that_is_not_allowed_is_refused(string name, string value) =>
        Assert.Equal(value, Assert.Single(ProblemsOf([.. Server, (name, value)])).Value);
}
