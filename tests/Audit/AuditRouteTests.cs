// Goal: the route takes a range in its own words, runs one audit at a time, stops when its caller leaves, and compares live totals.
using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Audit;

public sealed class AuditRouteTests
{
    [Theory]
    [InlineData("{\"form\":\"2026-11-20T10:00:00Z\"}", "form")]
    [InlineData("[]", "partition, from_offset, to_offset, from, to, deep")]
    [InlineData("null", "must be an object")]
    [InlineData("{\"partition\":4}", "partition is 4: the log has partitions 0 to 3.")]
    [InlineData("{\"partition\":-1}", "partition is -1")]
    [InlineData("{\"from_offset\":1}", "from_offset and to_offset need partition")]
    [InlineData("{\"partition\":0,\"from_offset\":-1}", "from_offset must be 0 or more")]
    [InlineData("{\"partition\":0,\"from_offset\":5,\"to_offset\":4}", "to_offset not below it")]
    [InlineData("{\"from\":\"yesterday\"}", "from is 'yesterday'")]
    [InlineData("{\"from\":\"2026-11-20T10:00:00Z\",\"to\":\"2026-11-20T09:00:00Z\"}", "to is before from.")]
    public async Task A_wrong_range_is_a_problem_that_names_it(string body, string reason)
    {
        await using var server = await HttpTestServer.StartAsync();
        var answer = (await server.PostAsync("/v1/audit", body)).MustBeProblem(400, "audit_invalid");
        Assert.Contains(reason, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_what_a_range_needs_is_refused()
    {
        await using var server = await HttpTestServer.StartAsync(engine: new HeldEngine());
        (await server.PostAsync("/v1/audit", new string(' ', 4097))).MustBeProblem(413, "body_too_large");
        (await server.PostAsync("/v1/audit", new string(' ', 4096))).MustBeProblem(400, "audit_invalid");
    }

    [Fact]
    public async Task One_audit_runs_at_a_time_and_ends_when_its_caller_leaves()
    {
        var engine = new HeldEngine { IsHeld = true };
        await using var server = await HttpTestServer.StartAsync(engine: engine);
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent("{}");
        var first = server.Client.PostAsync(new Uri("/v1/audit", UriKind.Relative), content, leaving.Token);
        await engine.Asked.WithinDeadline();
        var second = (await server.PostAsync("/v1/audit", "{}")).MustBeProblem(409, "audit_running");
        Assert.NotNull(second.RetryAfter);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        engine.IsHeld = false;
        await Eventually.IsTrueAsync(
            async () => (await server.PostAsync("/v1/audit", string.Empty)).Status == 200, TimeSpan.FromSeconds(10), () => "the place of the one who left");
    }

    [Fact]
    public async Task An_engine_that_fails_is_a_problem_and_the_next_audit_runs()
    {
        var engine = new HeldEngine { Failure = new ClickHouseException(1, "no") };
        await using var server = await HttpTestServer.StartAsync(engine: engine);
        (await server.PostAsync("/v1/audit", "{}")).MustBeProblem(503, "engine_unavailable");
        engine.Failure = null;
        var answer = await server.PostAsync("/v1/audit", "{}");
        Assert.Equal((200, true), (answer.Status, answer.Json.GetProperty("is_clean").GetBoolean()));
    }

    [Fact]
    public async Task A_live_total_that_is_not_the_table_s_is_drift()
    {
        var engine = new HeldEngine { Rows = "[\"3\"]" };
        await using var server = await HttpTestServer.StartAsync(engine: engine);
        server.Actors.Add("shop", "purchase");
        server.Actors.Snapshots["shop/purchase"] = server.Actors.Snapshots["shop/purchase"] with { Total = 5 };
        await server.PostAsync("/v1/events", """{"project":"shop","metric":"purchase","fields":{"a":1}}""");
        var answer = await server.PostAsync("/v1/audit", "{}");
        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json.GetProperty("is_clean").GetBoolean());
        var metric = answer.Json.GetProperty("metrics")[0];
        Assert.Equal((5, 3, 2, 1), (Of(metric, "live_total"), Of(metric, "table_rows"), Of(metric, "drift"), Of(metric.GetProperty("counts"), "pending")));
        Assert.Contains("shop/purchase", server.Actors.Flushed);
    }

    private static int Of(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    /// <summary>An engine without tables, that may hold every answer back or fail.</summary>
    private sealed class HeldEngine : IClickHouse
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsHeld { get; set; }

        public Exception? Failure { get; set; }

        /// <summary>The answer to a count.</summary>
        public string Rows { get; init; } = "[\"0\"]";

        public Task Asked => _asked.Task;

        public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public async Task<byte[]> QueryAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            if (IsHeld)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Failure is null ? System.Text.Encoding.UTF8.GetBytes(sql.Contains("count()", StringComparison.Ordinal) ? Rows : string.Empty) : throw Failure;
        }

        public Task<byte[]> QueryReadOnlyAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
            QueryAsync(sql, format, parameters, cancellationToken);

        public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
