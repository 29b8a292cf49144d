// Goal: a real silo's dead letters become rows once what refused them has changed, each exactly once: also when the silo is killed in the
// middle of a replay and its metrics remember next to no ids.
using System.Net;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class DeadLetterReplays
{
    private const string Path = "/v1/dead-letters/replay";

    [Fact]
    public async Task Events_refused_by_a_limit_become_rows_after_it_is_raised()
    {
        await using var silo = RunningSilo.Prepare("--Analytics:Limits:StringBytesMax=10");
        await silo.StartAsync();
        var text = new string('x', 50);
        await silo.PostAsync("/v1/events", Json($$$"""{"project":"shop","metric":"buy","id":"own","fields":{"s":"{{{text}}}"}}"""));
        await silo.PostAsync("/v1/events", Json($$$"""[{"project":"shop","metric":"buy","fields":{"s":"{{{text}}}"}},{"project":"shop","metric":"buy","fields":{"s":"ok"}}]"""));
        await silo.PostAsync("/v1/projects/shop/metrics/bare%2Fone/events", Json($$"""[{"s":"{{text}}","project":"p"},{"s":"{{text}}","_id":"b"}]"""));
        await silo.PostAsync("/v1/events", Json("""{"project":"shop","metric":"buy","fields":{"s":"broken}}"""));
        await Eventually.IsTrueAsync(
            async () => await CountAsync(silo, "limit=1000") == 5, TimeSpan.FromSeconds(20), () => "five dead letters");
        var before = DateTimeOffset.UtcNow;
        Assert.Equal((0, 0, 4, 0), await ReplayAsync(silo, """{"code":"string_too_long"}"""));
        Assert.Equal(0, await silo.StopAsync());

        silo.Settings = ["--Analytics:Limits:StringBytesMax=100"];
        await silo.StartAsync();
        Assert.Equal((4, 0, 0, 0), await ReplayAsync(silo, """{"code":"string_too_long","dry_run":true}"""));
        Assert.Equal((4, 0, 0, 0), await ReplayAsync(silo, """{"code":"string_too_long"}"""));
        Assert.Equal((0, 4, 0, 0), await ReplayAsync(silo, """{"code":"string_too_long"}"""));
        await SeeAsync(silo);
        Assert.Equal((0, 4, 1, 0), await ReplayAsync(silo, """{"all":true}"""));
        Assert.Equal((4, 1), (await CountAsync(silo, "replayed=true"), await CountAsync(silo, "replayed=false")));

        // An event without a time of its own is from when it came first, not from when it came in.
        var late = await silo.QueryAsync($"SELECT toString(countIf(_time >= fromUnixTimestamp64Milli({before.ToUnixTimeMilliseconds()}))) AS n FROM shop.buy");
        Assert.Equal(0, late[0].AsLong("n"));

        await silo.KillAsync();
        await silo.StartAsync();
        Assert.Equal((0, 4, 1, 0), await ReplayAsync(silo, """{"all":true}"""));
        Assert.Equal((0, 4, 0, 0), await ReplayAsync(silo, """{"code":"string_too_long","again":true}"""));
        await SeeAsync(silo);

        static async Task SeeAsync(RunningSilo silo)
        {
            await Eventually.IsTrueAsync(
                async () => (await silo.QueryAsync("SELECT toString(count()) AS n FROM shop.buy"))[0].AsLong("n") >= 3, TimeSpan.FromSeconds(20), () => "rows");
            var rows = await silo.QueryAsync("SELECT _id, s FROM shop.buy ORDER BY _id = '', _id");
            Assert.Equal(3, rows.Length);
            Assert.StartsWith("dead-letter:", rows[0].GetProperty("_id").GetString(), StringComparison.Ordinal);
            Assert.Equal("own", rows[1].GetProperty("_id").GetString());
            var bare = await silo.QueryAsync("SELECT _id, project, length(s) AS size FROM shop.`bare/one` ORDER BY _id");
            Assert.Equal(2, bare.Length);
            Assert.Equal(("b", "p"), (bare[0].GetProperty("_id").GetString(), bare[1].GetProperty("project").GetString()));
        }
    }

    [Fact]
    public async Task A_silo_killed_in_a_replay_ends_with_each_event_once()
    {
        const int Letters = 6_000;
        string[] common = ["--Analytics:Metrics:IdsMax=1", "--Analytics:Flush:IntervalMs=50"];
        await using var silo = RunningSilo.Prepare([.. common, "--Analytics:Limits:StringBytesMax=10"]);
        await silo.StartAsync();
        for (var i = 0; i < Letters; i += 1_000)
        {
            var lines = Enumerable.Range(i, 1_000).Select(n => $$$"""{"project":"shop","metric":"m{{{n % 5}}}","fields":{"n":{{{n}}},"s":"longer than ten"}}""");
            Assert.Equal(HttpStatusCode.Accepted, (await silo.PostAsync("/v1/events", Json(string.Join('\n', lines)))).Status);
        }

        await Eventually.IsTrueAsync(async () => await LettersAsync(silo) == Letters, TimeSpan.FromSeconds(30), () => "all dead letters");
        Assert.Equal(0, await silo.StopAsync());
        silo.Settings = common;
        for (var kills = 0; kills < 3; kills++)
        {
            await silo.StartAsync();
            var marks = await MarksAsync(silo);
            var replay = silo.Http.PostAsync(new Uri(Path, UriKind.Relative), Json("""{"all":true,"limit":100000}"""));
            await Eventually.IsTrueAsync(
                async () => replay.IsCompleted || await MarksAsync(silo) > marks, TimeSpan.FromSeconds(60), () => "further marks");
            await silo.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () => (await replay).EnsureSuccessStatusCode());
        }

        await silo.StartAsync();
        var (replayed, already, refused, truncated) = await ReplayAsync(silo, """{"all":true,"limit":100000}""");
        Assert.Equal((Letters, 0, 0), (replayed + already, refused, truncated));
        await Eventually.IsTrueAsync(async () => (await RowsAsync(silo)).Rows >= Letters, TimeSpan.FromSeconds(60), () => "all rows");
        Assert.Equal((Letters, Letters), await RowsAsync(silo));
        Assert.Equal((0, Letters, 0, 0), await ReplayAsync(silo, """{"all":true,"limit":100000}"""));
        Assert.Equal((Letters, Letters), await RowsAsync(silo));
    }

    private static async Task<(long Replayed, long Already, long Refused, long Truncated)> ReplayAsync(RunningSilo silo, string body)
    {
        var (status, answer) = await silo.PostAsync(Path, Json(body));
        Assert.True(status == HttpStatusCode.OK, answer.GetRawText());
        return (Number("replayed"), Number("already"), Number("still_refused_count"), Number("truncated"));

        long Number(string name) => answer.GetProperty(name).GetInt64();
    }

    private static async Task<int> CountAsync(RunningSilo silo, string query) =>
        (await silo.GetAsync("/v1/dead-letters?" + query)).GetProperty("dead_letters").GetArrayLength();

    private static async Task<long> LettersAsync(RunningSilo silo) =>
        (await silo.QueryAsync("SELECT toString(count()) AS n FROM analytics.dead_letters"))[0].AsLong("n");

    private static async Task<long> MarksAsync(RunningSilo silo) =>
        (await silo.QueryAsync("SELECT toString(count()) AS n FROM analytics.dead_letter_replays"))[0].AsLong("n");

    private static async Task<(long Rows, long Different)> RowsAsync(RunningSilo silo)
    {
        var tables = string.Join(" UNION ALL ", Enumerable.Range(0, 5).Select(i => $"SELECT n FROM shop.m{i}"));
        JsonElement row = (await silo.QueryAsync($"SELECT toString(count()) AS rows, toString(uniqExact(n)) AS u FROM ({tables})"))[0];
        return (row.AsLong("rows"), row.AsLong("u"));
    }

    private static StringContent Json(string text) => new(text);
}
