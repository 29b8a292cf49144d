// Goal: only those who are named, with their password, get an answer, whichever of ClickHouse's ways they say it; everybody else hears ClickHouse's words.
using System.Net;
using System.Text;
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class AuthenticationTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private const string Question = "/?query=SELECT+1";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task The_password_is_taken_from_headers_basic_authorization_or_parameters()
    {
        (await Server.SendAsync(HttpMethod.Get, Question, null, "owner", TestServer.OwnerPassword)).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, Question, headers: [Basic("owner:" + TestServer.OwnerPassword)])).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, $"{Question}&user=owner&{TestServer.Parameter("password", TestServer.OwnerPassword)}")).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, Question)).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, Question + "&user=default")).MustBe("1\n");
        (await Server.SendAsync(HttpMethod.Get, Question, headers: [("X-ClickHouse-User", "default")])).MustBe("1\n");
    }

    [Theory]
    [InlineData("owner", "")]
    [InlineData("owner", "wrong")]
    [InlineData("owner", "look")]
    [InlineData("reader", "LOOK")]
    [InlineData("Owner", TestServer.OwnerPassword)]
    [InlineData("nobody", "")]
    [InlineData("default", "x")]
    public async Task A_wrong_name_or_password_is_refused_in_the_same_words(string user, string password)
    {
        foreach (var answer in new[]
        {
            await Server.SendAsync(HttpMethod.Get, Question, null, user, password),
            await Server.SendAsync(HttpMethod.Get, Question, headers: [Basic($"{user}:{password}")]),
            await Server.SendAsync(HttpMethod.Get, $"{Question}&{TestServer.Parameter("user", user)}&{TestServer.Parameter("password", password)}"),
        })
        {
            answer.MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
            Assert.Contains($"{user}: Authentication failed: password is incorrect, or there is no user with such name.", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Bearer abc")]
    [InlineData("Basic %%%")]
    [InlineData("Basic ")]
    [InlineData("Negotiate abc")]
    public async Task An_authorization_of_another_kind_is_refused(string header) =>
        (await Server.SendAsync(HttpMethod.Get, Question, headers: [("Authorization", header)])).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");

    [Fact]
    public async Task Two_ways_at_once_are_refused()
    {
        (await Server.SendAsync(HttpMethod.Get, Question + "&user=default", headers: [Basic("default:")])).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
        (await Server.SendAsync(HttpMethod.Get, Question, null, "reader", "look", Basic("reader:look"))).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
        (await Server.SendAsync(HttpMethod.Get, Question + "&password=look", null, "reader", "look")).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
        (await Server.SendAsync(HttpMethod.Get, Question, headers: [("X-ClickHouse-Key", "look")])).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
    }

    [Fact]
    public async Task Nothing_of_a_stranger_is_run() =>
        Assert.Equal(403, (await Server.SendAsync(HttpMethod.Post, "/?user=owner", "CREATE DATABASE of_a_stranger"u8.ToArray())).Status);

    [Fact]
    public async Task Without_users_everybody_may_read_and_nobody_may_write()
    {
        await using var server = await TestServer.StartAsync(fixture.Engine, TestServer.Options with { ServeUsers = [] });
        (await server.SendAsync(HttpMethod.Post, "/", "SELECT 1"u8.ToArray())).MustBe("1\n");
        (await server.SendAsync(HttpMethod.Post, "/", "CREATE DATABASE of_anybody"u8.ToArray())).MustFail(HttpStatusCode.InternalServerError, 164, "READONLY");
        (await server.SendAsync(HttpMethod.Get, Question, null, "owner", TestServer.OwnerPassword)).MustFail(HttpStatusCode.Forbidden, 516, "AUTHENTICATION_FAILED");
    }

    [Fact]
    public void A_user_as_text_shows_no_password() =>
        Assert.DoesNotContain("hunter2", new ServeUser { Name = "a", Password = "hunter2" }.ToString(), StringComparison.Ordinal);

    private static (string Name, string Value) Basic(string text) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}
