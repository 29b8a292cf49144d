// Goal: a request to replay says exactly which letters it means, within its limits; anything else is refused with the member that is wrong.
using Xunit;

namespace Analytics.Tests.Http;

public sealed class ReplayRequestTests
{
    [Theory]
    [InlineData("", "must be an object")]
    [InlineData("null", "not null")]
    [InlineData("[]", "must be an object")]
    [InlineData("{}", "Say which dead letters")]
    [InlineData("""{"all":false}""", "Say which dead letters")]
    [InlineData("""{"limit":5}""", "Say which dead letters")]
    [InlineData("""{"al":true}""", "al")]
    [InlineData("""{"all":"true"}""", "all")]
    [InlineData("""{"all":true,"code":"a"}""", "in one way only")]
    [InlineData("""{"all":true,"positions":["0:1:2"]}""", "in one way only")]
    [InlineData("""{"project":"p","positions":["0:1:2"]}""", "in one way only")]
    [InlineData("""{"code":""}""", "Member code")]
    [InlineData("""{"project":""}""", "Member project")]
    [InlineData("""{"metric":""}""", "Member metric")]
    [InlineData("""{"from":"yesterday"}""", "Member from")]
    [InlineData("""{"from":true}""", "Member from")]
    [InlineData("""{"to":1e300}""", "Member to")]
    [InlineData("""{"from":5,"to":5}""", "before that of to")]
    [InlineData("""{"from":"2026-11-20T10:00:00Z","to":1}""", "before that of to")]
    [InlineData("""{"positions":[]}""", "positions has 0")]
    [InlineData("""{"positions":["0:1"]}""", "Member positions = '0:1'")]
    [InlineData("""{"positions":["0:1:2","0:1:-2"]}""", "Member positions = '0:1:-2'")]
    [InlineData("""{"positions":[null]}""", "Member positions")]
    [InlineData("""{"all":true,"limit":0}""", "Member limit = '0'")]
    [InlineData("""{"all":true,"limit":100001}""", "1 to 100,000")]
    [InlineData("""{"all":true,"after":"0:1:2"}""", "Member after")]
    public async Task A_request_that_is_not_clear_is_400(string body, string words)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        var problem = (await server.PostAsync("/v1/dead-letters/replay", body)).MustBeProblem(400, "replay_invalid");
        Assert.Contains(words, problem.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
        Assert.Empty(server.ClickHouse.Queries);
    }

    [Theory]
    [InlineData("""{"all":true,"limit":1}""")]
    [InlineData("""{"all":true,"limit":100000,"after":"-5:0:1:2","dry_run":true,"again":true}""")]
    [InlineData("""{"from":4,"to":5}""")]
    [InlineData("""{"from":"2026-11-20T10:00:00+02:00"}""")]
    [InlineData("""{"from":null,"to":15}""")]
    [InlineData("""{"code":"a","project":"P","metric":"m","all":false}""")]
    public async Task A_clear_request_is_taken(string body)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = sql => sql.Contains("count()", StringComparison.Ordinal) ? """["0"]""" : string.Empty;
        Assert.Equal(
            """{"matched":0,"replayed":0,"still_refused":[],"still_refused_count":0,"truncated":0,"already":0,"next":null}""",
            (await server.PostAsync("/v1/dead-letters/replay", body)).Text);
    }

    [Fact]
    public async Task The_largest_values_are_taken_and_one_more_is_not()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = sql => sql.Contains("count()", StringComparison.Ordinal) ? """["0"]""" : string.Empty;
        foreach (var (name, length) in new[] { ("code", 64), ("project", 128), ("metric", 128) })
        {
            Assert.Equal(200, (await server.PostAsync("/v1/dead-letters/replay", Body(name, length))).Status);
            (await server.PostAsync("/v1/dead-letters/replay", Body(name, length + 1))).MustBeProblem(400, "replay_invalid");
        }

        Assert.Equal(200, (await server.PostAsync("/v1/dead-letters/replay", Positions(1000))).Status);
        (await server.PostAsync("/v1/dead-letters/replay", Positions(1001))).MustBeProblem(400, "replay_invalid");
        var space = new string(' ', (256 * 1024) - """{"all":true}""".Length);
        Assert.Equal(200, (await server.PostAsync("/v1/dead-letters/replay", """{"all":true}""" + space)).Status);
        (await server.PostAsync("/v1/dead-letters/replay", """{"all":true} """ + space)).MustBeProblem(413, "body_too_large");

        static string Body(string name, int length) => $$"""{"{{name}}":"{{new string('a', length)}}"}""";
        static string Positions(int count) => $$"""{"positions":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"0:{i}:0\""))}}]}""";
    }
}
