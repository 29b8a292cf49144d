// Goal: dead letters come back newest first with their raw bytes exact, text as text and anything else in base64.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class DeadLettersRouteTests(EngineFixture fixture)
{
    [Fact]
    public async Task Raw_bytes_of_every_kind_come_back_from_a_real_table()
    {
        var engine = await fixture.OpenAsync();
        // The engine is shared with other tests, and so are its system tables; only this one uses the dead letters.
        await SystemTables.EnsureAsync(engine, CancellationToken.None);
        await engine.ExecuteAsync("TRUNCATE TABLE analytics.dead_letters");
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: engine);
        Assert.Equal("""{"dead_letters":[]}""", (await server.GetAsync("/v1/dead-letters")).Text);

        await engine.ExecuteAsync(
            $"INSERT INTO analytics.dead_letters ({string.Join(", ", FixedColumns.All.Select(column => column.Name))}, code, reason, raw, raw_size) VALUES "
            + "('2026-11-20 10:00:00.001', '', '2026-11-20 10:00:00.001', 1, 5, 0, now(), {}, 'json_invalid', 'The \"JSON\"', '{\"a\":ü\\n', 9),"
            + "('2026-11-20 10:00:00.002', '', '2026-11-20 10:00:00.002', 1, 6, 2, now(), {}, 'utf8_invalid', 'r', unhex('00FF0A80'), 4)");
        var letters = (await server.GetAsync("/v1/dead-letters")).Json.GetProperty("dead_letters").EnumerateArray().ToArray();
        Assert.Equal(2, letters.Length);
        Assert.Equal(("base64", "AP8KgA=="), (letters[0].GetProperty("raw_encoding").GetString(), letters[0].GetProperty("raw").GetString()));
        Assert.Equal(
            """{"time":"2026-11-20T10:00:00.001Z","received":"2026-11-20T10:00:00.001Z","partition":1,"offset":5,"index":0,"code":"json_invalid","reason":"The \"JSON\"","raw_size":9,"raw":"{\"a\":ü\n","raw_encoding":"utf-8"}""",
            letters[1].GetRawText());
        Assert.All(server.Actors.Flushed, key => Assert.Equal("analytics/dead_letters", key));
        Assert.Equal(2, server.Actors.Flushed.Count);

        var filtered = (await server.GetAsync("/v1/dead-letters?code=utf8_invalid&limit=5")).Json.GetProperty("dead_letters");
        Assert.Equal("utf8_invalid", Assert.Single(filtered.EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal(0, (await server.GetAsync("/v1/dead-letters?code=%27%20OR%201%3D1")).Json.GetProperty("dead_letters").GetArrayLength());
        await engine.ExecuteAsync("TRUNCATE TABLE analytics.dead_letters");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("code=a&code=b")]
    [InlineData("codes=a")]
    public async Task A_bad_parameter_is_400(string query)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        (await server.GetAsync("/v1/dead-letters?" + query)).MustBeProblem(400, "parameter_invalid");
        (await server.GetAsync("/v1/dead-letters?code=" + new string('a', 65))).MustBeProblem(400, "parameter_invalid");
        Assert.Equal(200, (await server.GetAsync("/v1/dead-letters?limit=1000&code=" + new string('a', 64))).Status);
    }

    [Fact]
    public async Task A_slow_flush_and_a_failing_engine_are_503()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        server.ClickHouse.Answer = _ => throw new ClickHouseException(210, Encoding.UTF8.GetString("away"u8));
        (await server.GetAsync("/v1/dead-letters")).MustBeProblem(503, "engine_unavailable");
        server.Actors.FlushFailure = new TimeoutException();
        (await server.GetAsync("/v1/dead-letters")).MustBeProblem(503, "flush_timeout");
    }
}
