// Goal: the client asks for dead letters and their replay as it is told, over a real server and real tables; letters come back with their very bytes.
using Analytics.Client;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Client;

[Collection(DeadLetterTable.Collection)]
public sealed class DeadLetterClientTests(EngineFixture fixture)
{
    private const string Event = """{"project":"shop","metric":"m","fields":{"n":1}}""";

    [Fact]
    public async Task Letters_are_listed_by_every_filter_and_page()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: table.Engine);
        using var client = new AnalyticsClient(server.Client);
        Assert.Empty((await client.DeadLettersAsync()).DeadLetters);
        await table.AddAsync("0:1:0", [0xFF, 0x00], "utf8_invalid");
        await table.AddAsync("0:2:0", "ü", "json_invalid", "sh&p", "a b+%", bare: true, DeadLetterTable.TimeMs + 1, rawSize: 9);
        await table.MarkAsync("0:2:0", "replayed");
        var time = DateTimeOffset.FromUnixTimeMilliseconds(DeadLetterTable.TimeMs);
        var letter = Assert.Single((await client.DeadLettersAsync(new DeadLetterFilter
        {
            Limit = 1,
            Code = "json_invalid",
            Project = "sh&p",
            Metric = "a b+%",
            From = time.AddMilliseconds(1),
            To = time.AddMilliseconds(2),
            Replayed = true,
        })).DeadLetters);
        Assert.Equal(("0:2:0", time.AddMilliseconds(1), "json_invalid", "The reason."), (letter.Position, letter.Time, letter.Code, letter.Reason));
        Assert.Equal(("sh&p", "a b+%", true, 9L, "ü"), (letter.Project, letter.Metric, letter.Bare, letter.RawSize, letter.RawText));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 9, 0, 0, 500, TimeSpan.Zero), letter.Replayed);

        var first = await client.DeadLettersAsync(new DeadLetterFilter { Limit = 1 });
        var second = await client.DeadLettersAsync(new DeadLetterFilter { Limit = 1, Before = first.Next });
        Assert.Equal(("0:2:0", "0:1:0", null), (first.DeadLetters[0].Position, second.DeadLetters[0].Position, second.Next));
        Assert.Equal([0xFF, 0x00], second.DeadLetters[0].Raw.ToArray());
        Assert.Equal((null, null, null), (second.DeadLetters[0].Project, second.DeadLetters[0].Metric, second.DeadLetters[0].Replayed));
        Assert.Equal("0:1:0", Assert.Single((await client.DeadLettersAsync(new DeadLetterFilter { Replayed = false })).DeadLetters).Position);
        var refusal = await Assert.ThrowsAsync<AnalyticsException>(() => client.DeadLettersAsync(new DeadLetterFilter { Limit = 0 }));
        Assert.Equal("parameter_invalid", refusal.Code);
    }

    [Fact]
    public async Task Letters_are_replayed_and_the_result_is_typed()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        var log = new EventLogDouble();
        await using var server = await HttpTestServer.StartAsync(log: log, engine: table.Engine);
        using var client = new AnalyticsClient(server.Client);
        await table.AddAsync("0:1:0", Event, "a", "shop", "m");
        await table.AddAsync("0:2:0", "5", "a", "shop", "m", timeMs: DeadLetterTable.TimeMs + 1);
        await table.AddAsync("0:3:0", Event, "b", rawSize: 1000, timeMs: DeadLetterTable.TimeMs + 2);
        var from = DateTimeOffset.FromUnixTimeMilliseconds(DeadLetterTable.TimeMs);
        var filter = new DeadLetterReplay { Code = "a", Project = "shop", Metric = "m", From = from, To = from.AddMilliseconds(1), Limit = 5, DryRun = true };
        Assert.Equal(1, (await client.ReplayDeadLettersAsync(filter)).Replayed);
        Assert.Empty(log.Records);

        var result = await client.ReplayDeadLettersAsync(new DeadLetterReplay { All = true });
        Assert.Equal((3, 1, 1, 1, 0, null), (result.Matched, result.Replayed, result.StillRefusedCount, result.Truncated, result.Already, result.Next));
        Assert.Equal(("0:2:0", "event_not_object"), (result.StillRefused[0].Position, result.StillRefused[0].Code));
        Assert.NotEmpty(result.StillRefused[0].Message);
        Assert.Single(log.Records);
        Assert.Equal(1, (await client.ReplayDeadLettersAsync(new DeadLetterReplay { Positions = ["0:1:0", "0:9:9"] })).Already);
        var page = await client.ReplayDeadLettersAsync(new DeadLetterReplay { All = true, Limit = 1 });
        Assert.Equal(1, (await client.ReplayDeadLettersAsync(new DeadLetterReplay { All = true, After = page.Next })).Truncated);
        log.Committed = long.MaxValue;
        Assert.Equal(1, (await client.ReplayDeadLettersAsync(new DeadLetterReplay { Code = "a", To = from.AddMilliseconds(1), Again = true })).Replayed);
        Assert.Equal("replay_invalid", (await Assert.ThrowsAsync<AnalyticsException>(() => client.ReplayDeadLettersAsync(new DeadLetterReplay()))).Code);
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.ReplayDeadLettersAsync(null!));
    }
}
