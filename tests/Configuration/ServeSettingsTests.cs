// Goal: the served engine is set up by its documented names; what would let strangers in, or cannot be served, stops the start with the setting's full name
// and what to do, and no message shows a password.
using Analytics.Grains.Configuration;
using Analytics.Silo.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;
using static Analytics.Tests.Configuration.GivenSettings;

namespace Analytics.Tests.Configuration;

public sealed class ServeSettingsTests
{
    private const string Secret = "hunter2";
    private const string Local = "http://127.0.0.1:8123";
    private const string Open = "http://0.0.0.0:8123";

    private static readonly (string, string)[] Owner = [("ClickHouse:ServeUsers:0:Name", "me"), ("ClickHouse:ServeUsers:0:Access", "Full")];

    [Fact]
    public void Everything_that_is_given_reaches_its_property()
    {
        var clickHouse = Read(
        [
            ("ClickHouse:Serve", Open), .. Owner, ("ClickHouse:ServeUsers:0:Password", Secret),
            ("ClickHouse:ServeUsers:grafana:Name", "grafana"), ("ClickHouse:ServeUsers:grafana:Password", "p"),
        ]).ClickHouse;
        Assert.Equal(Open, clickHouse.Serve);
        Assert.Equal(
            [new ServeUser { Name = "me", Password = Secret, Access = "Full" }, new ServeUser { Name = "grafana", Password = "p", Access = "Read" }],
            clickHouse.ServeUsers);
        Assert.DoesNotContain(Secret, clickHouse.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8123")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://localhost:8123")]
    [InlineData("http://[::1]:8123")]
    public void On_loopback_nobody_needs_a_password(string address)
    {
        Assert.Empty(ProblemsOf(("ClickHouse:Serve", address)));
        Assert.Empty(ProblemsOf([("ClickHouse:Serve", address), .. Owner]));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8123")]
    [InlineData("http://*:8123")]
    [InlineData("http://+:8123")]
    [InlineData("http://[::]:8123")]
    [InlineData("http://10.0.0.7:8123")]
    [InlineData("http://analytics.example:8123")]
    public void Elsewhere_every_user_needs_one(string address)
    {
        var everybody = Assert.Single(ProblemsOf(("ClickHouse:Serve", address)));
        Assert.Equal(("Analytics:ClickHouse:Serve", address), (everybody.Setting, everybody.Value));
        Assert.Contains("ServeUsers", everybody.Allowed, StringComparison.Ordinal);

        var owner = Assert.Single(ProblemsOf([("ClickHouse:Serve", address), .. Owner]));
        Assert.Equal("Analytics:ClickHouse:ServeUsers:0:Password", owner.Setting);
        Assert.Contains(address, owner.Allowed, StringComparison.Ordinal);
        var reader = Assert.Single(ProblemsOf(
            [("ClickHouse:Serve", address), .. Owner, ("ClickHouse:ServeUsers:0:Password", "x"), ("ClickHouse:ServeUsers:b:Name", "b"), ("ClickHouse:ServeUsers:b:Password", "")]));
        Assert.Equal("Analytics:ClickHouse:ServeUsers:b:Password", reader.Setting);
        Assert.Empty(ProblemsOf([("ClickHouse:Serve", address), .. Owner, ("ClickHouse:ServeUsers:0:Password", "x")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:8123")]
    [InlineData("https://127.0.0.1:8123")]
    [InlineData("http://127.0.0.1:8123/base")]
    [InlineData("http://127.0.0.1:8123?a=b")]
    [InlineData("http://user@127.0.0.1:8123")]
    [InlineData("http://127.0.0.1:8123;http://127.0.0.1:8124")]
    [InlineData("tcp://127.0.0.1:9000")]
    public void What_is_no_address_is_refused(string address)
    {
        var problem = Assert.Single(ProblemsOf(("ClickHouse:Serve", address)));
        Assert.Equal(("Analytics:ClickHouse:Serve", address), (problem.Setting, problem.Value));
        Assert.Contains("one http:// address", problem.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_belongs_to_one_user()
    {
        var problem = Assert.Single(ProblemsOf([.. Owner, ("ClickHouse:ServeUsers:b:Name", "me")]));
        Assert.Equal(("Analytics:ClickHouse:ServeUsers:b:Name", "me"), (problem.Setting, problem.Value));
        Assert.Contains("Analytics:ClickHouse:ServeUsers:0 has it", problem.Allowed, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf([.. Owner, ("ClickHouse:ServeUsers:b:Name", "Me")]));
    }

    [Theory]
    [InlineData("ClickHouse:ServeUsers:0:Access", "full")]
    [InlineData("ClickHouse:ServeUsers:0:Access", "")]
    [InlineData("ClickHouse:ServeUsers:0:Name", "")]
    [InlineData("ClickHouse:ServeUsers:0:Name", "a\nb")]
    public void A_user_that_cannot_be_is_refused(string name, string value)
    {
        var problem = Assert.Single(ProblemsOf([.. Owner.Where(setting => setting.Item1 != name), (name, value)]));
        Assert.Equal("Analytics:" + name, problem.Setting);
    }

    [Fact]
    public void Names_and_passwords_have_lengths()
    {
        Assert.Empty(ProblemsOf(("ClickHouse:ServeUsers:0:Name", new string('n', 128)), ("ClickHouse:ServeUsers:0:Password", new string('p', 256))));
        Assert.Single(ProblemsOf(("ClickHouse:ServeUsers:0:Name", new string('n', 129))));
        Assert.Single(ProblemsOf(("ClickHouse:ServeUsers:0:Name", "n"), ("ClickHouse:ServeUsers:0:Password", new string('p', 257))));
        Assert.Single(ProblemsOf(("ClickHouse:ServeUsers:0:Access", "Read")));
    }

    [Fact]
    public void Only_the_embedded_engine_is_served()
    {
        var problems = new List<SettingProblem>();
        var options = new AnalyticsOptions { ClickHouse = new ClickHouseOptions { Kind = "Http", Serve = Local } };
        ServeRules.Check(options, new ConfigurationBuilder().Build().GetSection("Analytics"), problems);
        Assert.Equal("Analytics:ClickHouse:Serve", Assert.Single(problems).Setting);
    }

    [Fact]
    public void A_body_may_be_in_memory_four_times_over()
    {
        (string, string)[] settings = [("ClickHouse:Serve", Local), ("ClickHouse:ServeBodiesBytesMax", "4194304")];
        Assert.Contains("ServeBodiesBytesMax", Assert.Single(ProblemsOf([.. settings, ("ClickHouse:ServeBodyBytesMax", "1048577")])).Allowed, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf([.. settings, ("ClickHouse:ServeBodyBytesMax", "1048576")]));
    }

    [Theory]
    [InlineData("ClickHouse:ServeUsers:0:Pasword")]
    [InlineData("ClickHouse:ServeUsers:0:Password:x")]
    [InlineData("ClickHouse:ServeUsers:0:Access")]
    [InlineData("ClickHouse:ServeUsers")]
    public void A_password_is_in_no_message_wherever_it_was_put(string name)
    {
        var problems = ProblemsOf([("ClickHouse:ServeUsers:0:Name", "a"), (name, Secret)]);
        Assert.NotEmpty(problems);
        Assert.DoesNotContain(Secret, new SettingsException(problems).Message, StringComparison.Ordinal);
    }
}
