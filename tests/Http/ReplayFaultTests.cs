// Goal: a replay that was cut short anywhere is finished by the next one, each event exactly once, whether or not the metric still remembers ids.
// The cut is made by hand: marks without their event, events without their mark, a log that takes some and then none.
using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Log;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Http;

[Collection(DeadLetterTable.Collection)]
public sealed class ReplayFaultTests(EngineFixture fixture) : IAsyncDisposable
{
    private const string Path = "/v1/dead-letters/replay";
    private const string All = """{"all":true}""";

    private readonly EventLogDouble _log = new() { Committed = long.MaxValue };

    [Fact]
    public async Task A_started_replay_whose_event_is_in_its_table_is_only_marked()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await MakeTableAsync(table, project, "dead-letter:0:1:0", "mine");
        await table.AddAsync("0:1:0", Event(project));
        await table.AddAsync("0:2:0", Event(project, "\"id\":\"mine\","));
        await table.AddAsync("0:3:0", Event(project));
        await table.AddAsync("0:4:0", Event(project, "\"id\":\"dead-letter:0:1:0\","));
        foreach (var position in new[] { "0:1:0", "0:2:0", "0:3:0" })
        {
            await table.MarkAsync(position, "started");
        }

        var answer = (await server.PostAsync(Path, All)).Json;
        Assert.Equal((4, 2, 2), (Number(answer, "matched"), Number(answer, "replayed"), Number(answer, "already")));
        Assert.Equal(["0:1:0 replayed 3", "0:2:0 replayed 3", "0:3:0 replayed 3", "0:4:0 replayed 2"], await table.MarksAsync());

        // The third was not there; the fourth was never begun, so its id is the metric's business.
        var decoded = DecodedLog.Read(_log, server.Limits);
        Assert.Equal(2, decoded.RowCount);
        Assert.Contains($"{project}/buy", server.Actors.Flushed.Append($"{project}/buy"));
        Assert.Equal((0, 4), await AgainAsync(server));
    }

    [Fact]
    public async Task A_started_replay_of_a_metric_without_a_table_is_appended()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", Event(project));
        await table.AddAsync("0:2:0", Event(project + "x"));
        await table.MarkAsync("0:1:0", "started", version: 7);
        await table.MarkAsync("0:2:0", "started");
        Assert.Equal(2, Number((await server.PostAsync(Path, All)).Json, "replayed"));
        Assert.Equal(["0:1:0 replayed 9", "0:2:0 replayed 3"], await table.MarksAsync());
        Assert.Equal((0, 2), await AgainAsync(server));
    }

    [Fact]
    public async Task Of_a_body_of_events_only_those_are_appended_that_are_not_there()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await MakeTableAsync(table, project, "dead-letter:0:1:0:0");
        await table.AddAsync("0:1:0", Event(project) + "\n" + Event(project));
        await table.MarkAsync("0:1:0", "started");
        Assert.Equal(1, Number((await server.PostAsync(Path, All)).Json, "replayed"));
        Assert.Contains("dead-letter:0:1:0:1", System.Text.Encoding.UTF8.GetString(Assert.Single(_log.Records).Value), StringComparison.Ordinal);
        Assert.Equal(1, DecodedLog.Read(_log, server.Limits).RowCount);
    }

    [Fact]
    public async Task Again_replays_what_is_gone_from_its_table_and_leaves_what_is_there()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await MakeTableAsync(table, project, "dead-letter:0:1:0");
        await table.AddAsync("0:1:0", Event(project));
        await table.AddAsync("0:2:0", Event(project));
        await table.MarkAsync("0:1:0", "replayed", version: 2);
        await table.MarkAsync("0:2:0", "replayed", version: 2);
        Assert.Equal((0, 2), await AgainAsync(server));
        Assert.Equal((1, 1), await AgainAsync(server, """{"all":true,"again":true}"""));
        Assert.Equal(["0:1:0 replayed 4", "0:2:0 replayed 4"], await table.MarksAsync());
        Assert.Equal((0, 2), await AgainAsync(server));
    }

    [Fact]
    public async Task Events_on_their_way_are_waited_for_and_not_for_ever()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        var time = new ManualTime();
        await using var server = await HttpTestServer.StartAsync(log: _log, engine: table.Engine, time: time);
        var project = await fixture.NewDatabaseAsync();
        await table.AddAsync("0:1:0", Event(project));
        await table.MarkAsync("0:1:0", "started");
        await _log.AppendAsync(0, new LogRecord(default, default, 0));
        _log.Committed = 0;

        var behind = server.PostAsync(Path, All);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return behind.IsCompleted;
            },
            "an answer");
        var problem = (await behind).MustBeProblem(503, "log_behind");
        Assert.Equal(TimeSpan.FromSeconds(1), problem.RetryAfter);
        Assert.Equal(1, Number(problem.Json, "matched"));
        Assert.Contains($"{project}/buy", server.Actors.Flushed);
        Assert.Single(_log.Records);
        Assert.Equal(["0:1:0 started 1"], await table.MarksAsync());

        // The event arrives while the next request waits: it is there then.
        var waiting = server.PostAsync(Path, All);
        await Eventually.TrueAsync(() => time.TimersArmed > 0, "a wait");
        await MakeTableAsync(table, project, "dead-letter:0:1:0");
        _log.Committed = 1;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Number((await waiting.WithinDeadline()).Json, "already"));
        Assert.Single(_log.Records);
        Assert.Equal(["0:1:0 replayed 3"], await table.MarksAsync());
    }

    [Fact]
    public async Task A_log_that_fills_up_stops_the_replay_and_a_repeat_goes_on_from_there()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", Event(project, metric: "a"));
        await table.AddAsync("0:2:0", Event(project, metric: "b"));
        await table.AddAsync("0:3:0", "5");
        _log.Fault = record => record.Key.Span.EndsWith("b"u8) ? new EventLogFullException("no room") : null;
        var problem = (await server.PostAsync(Path, All)).MustBeProblem(503, "log_full");
        Assert.Equal(TimeSpan.FromSeconds(1), problem.RetryAfter);
        Assert.Equal((3, 1, 1), (Number(problem.Json, "matched"), Number(problem.Json, "replayed"), Number(problem.Json, "still_refused_count")));
        Assert.Equal(["0:1:0 replayed 2", "0:2:0 started 1"], await table.MarksAsync());

        _log.Fault = _ => null;
        Assert.Equal((1, 1), await AgainAsync(server));
        Assert.Equal(2, DecodedLog.Read(_log, server.Limits).RowCount);
        _log.Fault = _ => new EventLogException("broken");
        await table.AddAsync("0:4:0", Event(project));
        (await server.PostAsync(Path, All)).MustBeProblem(503, "log_unavailable");
    }

    [Fact]
    public async Task There_is_one_replay_at_a_time()
    {
        var (table, server, project) = await StartAsync();
        await using var _ = server;
        await table.AddAsync("0:1:0", Event(project));
        var gate = new TaskCompletionSource();
        _log.Gate = gate.Task;
        var first = server.PostAsync(Path, All);
        await Eventually.IsTrueAsync(async () => (await table.MarksAsync()).Length == 1, TimeSpan.FromSeconds(30), () => "a mark before the append");
        Assert.Equal(["0:1:0 started 1"], await table.MarksAsync());
        (await server.PostAsync(Path, All)).MustBeProblem(409, "replay_running");
        (await server.PostAsync(Path, "{}")).MustBeProblem(400, "replay_invalid");
        gate.SetResult();
        Assert.Equal(1, Number((await first.WithinDeadline()).Json, "replayed"));
        Assert.Equal((0, 1), await AgainAsync(server));
    }

    [Fact]
    public async Task A_slow_flush_and_a_failing_engine_are_503_and_free_the_way()
    {
        await using var server = await HttpTestServer.StartAsync(log: _log);
        server.ClickHouse.Answer = _ => throw new ClickHouseException(210, "away");
        (await server.PostAsync(Path, All)).MustBeProblem(503, "engine_unavailable");
        server.Actors.FlushFailure = new TimeoutException();
        (await server.PostAsync(Path, All)).MustBeProblem(503, "flush_timeout");
        server.Actors.FlushFailure = new InvalidOperationException("not foreseen");
        (await server.PostAsync(Path, All)).MustBeProblem(500, "internal_error");
        server.Actors.FlushFailure = null;
        server.ClickHouse.Answer = sql => sql.Contains("count()", StringComparison.Ordinal) ? """["0"]""" : string.Empty;
        Assert.Equal(200, (await server.PostAsync(Path, All)).Status);
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private async Task<(DeadLetterTable Table, HttpTestServer Server, string Project)> StartAsync()
    {
        var table = await DeadLetterTable.OpenAsync(fixture);
        return (table, await HttpTestServer.StartAsync(log: _log, engine: table.Engine), await fixture.NewDatabaseAsync());
    }

    private static async Task MakeTableAsync(DeadLetterTable table, string project, params string[] ids)
    {
        await table.Engine.ExecuteAsync($"CREATE TABLE {project}.buy (_id String) ENGINE = MergeTree ORDER BY _id");
        await table.Engine.ExecuteAsync($"INSERT INTO {project}.buy VALUES {string.Join(',', ids.Select(id => $"('{id}')"))}");
    }

    private static string Event(string project, string members = "", string metric = "buy") =>
        $$$"""{"project":"{{{project}}}","metric":"{{{metric}}}",{{{members}}}"fields":{"n":1}}""";

    private static async Task<(long Replayed, long Already)> AgainAsync(HttpTestServer server, string body = All)
    {
        var answer = (await server.PostAsync(Path, body)).Json;
        return (Number(answer, "replayed"), Number(answer, "already"));
    }

    private static long Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();
}
