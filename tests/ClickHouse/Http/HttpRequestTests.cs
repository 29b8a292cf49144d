// Goal: statements go to a server as its HTTP interface wants them: by POST, in the right account, with the settings of their kind, whole whatever their size; and
// passwords are nowhere but in their header.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Http;
using Xunit;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class HttpRequestTests : IAsyncLifetime
{
    private readonly FaultyServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_statement_is_the_body_of_a_post()
    {
        await using var clickHouse = Servers.Open(_server);
        await clickHouse.ExecuteAsync("CREATE TABLE `ключ`.t (a Int8) ENGINE = Null");
        var request = await SingleAsync();
        Assert.Equal(("POST", "CREATE TABLE `ключ`.t (a Int8) ENGINE = Null"), (request.Method, request.Text));
        Assert.Equal("default:hunter2", request.Credentials);
        Assert.Equal(("1", "0"), (request.Query["wait_end_of_query"], request.Query["http_write_exception_in_output_format"]));
        Assert.DoesNotContain("readonly", request.Query.Keys);
        Assert.DoesNotContain("hunter2", request.Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_names_its_format_and_its_parameters_in_the_url()
    {
        await using var clickHouse = Servers.Open(_server);
        _server.Answer = _ => Reply.Ok("answer");
        var answer = await clickHouse.QueryAsync(
            "SELECT {p:String}, {q:String}", "TSV", new Dictionary<string, string> { ["p"] = "it's &=? \\n", ["q"] = string.Empty });
        Assert.Equal("answer", Encoding.UTF8.GetString(answer));
        var request = await SingleAsync();
        Assert.Equal(("TSV", "it's &=? \\n", string.Empty), (request.Query["default_format"], request.Query["param_p"], request.Query["param_q"]));
        Assert.Equal("SELECT {p:String}, {q:String}", request.Text);
    }

    [Fact]
    public async Task Long_parameters_go_in_a_form_and_longer_ones_than_a_server_takes_are_refused()
    {
        await using var clickHouse = Servers.Open(_server);
        var value = new string('x', RequestWriter.UrlCharsMax) + "analytics-statement-0";
        await clickHouse.QueryAsync("SELECT {p:String}", "TSV", new Dictionary<string, string> { ["p"] = value });
        var request = await SingleAsync();
        var boundary = request.Headers["Content-Type"].Split("boundary=")[1];
        Assert.DoesNotContain(boundary, value, StringComparison.Ordinal);
        Assert.Equal(
            ["", Field("query", "SELECT {p:String}"), Field("param_p", value), "--\r\n"],
            request.Text.Split("--" + boundary));
        Assert.DoesNotContain("param_p", request.Query.Keys);

        await clickHouse.QueryAsync("SELECT 1", "TSV", new Dictionary<string, string> { ["p"] = new string('x', ParameterForm.FieldBytesMax) });
        var refused = await Assert.ThrowsAsync<ClickHouseException>(
            () => clickHouse.QueryAsync("SELECT 1", "TSV", new Dictionary<string, string> { ["p"] = new string('x', ParameterForm.FieldBytesMax + 1) }));
        Assert.Contains("131073 bytes", refused.Message, StringComparison.Ordinal);

        static string Field(string name, string value) => $"\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";
    }

    [Fact]
    public async Task A_block_is_the_body_and_its_statement_in_the_url()
    {
        await using var clickHouse = Servers.Open(_server);
        var block = Servers.Block();
        await clickHouse.InsertAsync(block);
        var request = await SingleAsync();
        Assert.Equal(
            "INSERT INTO `shop`.`it's \\`a\\` metric` (`a`, `b\\`c`) SETTINGS async_insert = 0, insert_deduplication_token = '0:1-2' FORMAT Native", request.Query["query"]);
        Assert.Equal(block.Native.ToArray(), request.Body);
        Assert.Equal(("0", "1"), (request.Query["async_insert"], request.Query["max_insert_threads"]));
    }

    [Fact]
    public async Task A_long_statement_goes_before_its_block()
    {
        await using var clickHouse = Servers.Open(_server);
        var block = Servers.Block() with { Columns = [.. Enumerable.Range(0, 500).Select(i => $"column {i}")] };
        await clickHouse.InsertAsync(block);
        var request = await SingleAsync();
        Assert.DoesNotContain("query", request.Query.Keys);
        var lineEnd = Array.IndexOf(request.Body, (byte)'\n');
        Assert.EndsWith("`column 499`) SETTINGS async_insert = 0, insert_deduplication_token = '0:1-2' FORMAT Native", Encoding.UTF8.GetString(request.Body, 0, lineEnd), StringComparison.Ordinal);
        Assert.Equal(block.Native.ToArray(), request.Body[(lineEnd + 1)..]);
        Assert.True(request.Target.Length < RequestWriter.UrlCharsMax);
    }

    [Theory]
    [InlineData("On", RequestWriter.CompressedBytesMin, true)]
    [InlineData("On", RequestWriter.CompressedBytesMin - 1, false)]
    [InlineData("Off", RequestWriter.CompressedBytesMin, false)]
    [InlineData("Auto", RequestWriter.CompressedBytesMin, false)]
    public async Task Large_blocks_are_compressed_where_that_is_on_and_never_to_this_machine_by_itself(string compression, int bytes, bool isCompressed)
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with { Compression = compression });
        var block = Servers.Block(bytes: bytes);
        await clickHouse.InsertAsync(block);
        var request = await SingleAsync();
        Assert.Equal(isCompressed ? "gzip" : null, request.Headers.GetValueOrDefault("Content-Encoding"));
        Assert.Equal(block.Native.ToArray(), request.Body);
    }

    [Theory]
    [InlineData("On", true)]
    [InlineData("Off", false)]
    public async Task Answers_are_asked_for_in_gzip_where_that_is_on(string compression, bool isCompressed)
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with { Compression = compression });
        _server.Answer = request => request.Headers.GetValueOrDefault("Accept-Encoding") == "gzip" && request.Query["enable_http_compression"] == "1"
            ? Reply.Ok(new string('x', 100_000)).InGzip()
            : Reply.Ok(new string('x', 100_000));
        Assert.Equal(new string('x', 100_000), Encoding.UTF8.GetString(await clickHouse.QueryAsync("SELECT 1", "TSV")));
        Assert.Equal(isCompressed, (await SingleAsync()).Headers.ContainsKey("Accept-Encoding"));
    }

    [Fact]
    public async Task Users_sql_runs_as_its_own_account_read_only_and_within_limits()
    {
        await using var clickHouse = Servers.Open(Servers.Options(_server) with
        {
            QueryUser = "guest",
            QueryPassword = "1234",
            QuerySecondsMax = 7,
            QueryRowsMax = 8,
            QueryBytesMax = 2048,
            QueryMemoryBytesMax = 1 << 24,
            QueryThreadsMax = 3,
        });
        await clickHouse.QueryReadOnlyAsync("SELECT 1 -- one", "CSV");
        var request = await SingleAsync();
        Assert.Equal(("guest:1234", "SELECT 1 -- one\nFORMAT CSV"), (request.Credentials, request.Text));
        string[] names = ["readonly", "max_execution_time", "max_result_rows", "max_result_bytes", "max_memory_usage", "max_threads"];
        Assert.Equal(["1", "7", "8", "2048", "16777216", "3"], names.Select(name => request.Query[name]));
    }

    [Fact]
    public async Task Replicas_are_written_by_quorum_and_read_as_one_where_there_is_a_cluster_and_only_there()
    {
        foreach (var cluster in new[] { "all", null })
        {
            await using var clickHouse = Servers.Open(Servers.Options(_server) with { Cluster = cluster });
            await clickHouse.InsertAsync(Servers.Block());
            await clickHouse.QueryAsync("SELECT 1", "TSV");
            await clickHouse.QueryReadOnlyAsync("SELECT 1", "TSV");
            await clickHouse.ExecuteAsync("SYSTEM FLUSH LOGS");
        }

        var none = new string?[4];
        Assert.Equal(["auto", null, null, "auto", .. none], Values("insert_quorum"));
        Assert.Equal(["0", null, null, null, .. none], Values("insert_quorum_parallel"));
        Assert.Equal(["1", null, null, null, .. none], Values("distributed_foreground_insert"));
        Assert.Equal([null, "1", "1", null, .. none], Values("select_sequential_consistency"));
        Assert.Equal([null, "0", "0", null, .. none], Values("skip_unavailable_shards"));
        Assert.Equal([null, "0", "0", null, .. none], Values("fallback_to_stale_replicas_for_distributed_queries"));
        Assert.Equal([null, "global", "global", null, .. none], Values("distributed_product_mode"));
        Assert.Equal([null, null, null, "30", .. none], Values("distributed_ddl_task_timeout"));
        Assert.Equal([null, null, null, "null_status_on_timeout", .. none], Values("distributed_ddl_output_mode"));
        Assert.Equal([null, null, null, "0", .. none], Values("replication_wait_for_inactive_replica_timeout"));

        IEnumerable<string?> Values(string name) => _server.Requests.Select(request => request.Query.GetValueOrDefault(name));
    }

    [Fact]
    public void Options_do_not_show_their_passwords()
    {
        var options = Servers.Options(_server) with { QueryPassword = "hunter3" };
        Assert.DoesNotContain("hunter", $"{options}", StringComparison.Ordinal);
        Assert.Contains(_server.Url, $"{options}", StringComparison.Ordinal);
    }

    private async Task<ReceivedRequest> SingleAsync()
    {
        await Eventually.TrueAsync(() => !_server.Requests.IsEmpty, "no request");
        return Assert.Single(_server.Requests);
    }
}
