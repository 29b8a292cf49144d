// Goal: a silo process that is told to serve its engine does so for ClickHouse's own client, beside everything else it does, and stops in order; a start that
// would not be safe is refused in a sentence.
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Analytics.Tests.Integration;
using Analytics.Tests.Kafka;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed partial class ServedSiloTests
{
    private const string OwnerPassword = "o:w n";
    private const string ReaderPassword = "look";

    private static readonly string[] Settings =
    [
        "--Analytics:ClickHouse:Serve=http://127.0.0.1:0",
        "--Analytics:ClickHouse:ServeUsers:0:Name=owner", "--Analytics:ClickHouse:ServeUsers:0:Password=" + OwnerPassword, "--Analytics:ClickHouse:ServeUsers:0:Access=Full",
        "--Analytics:ClickHouse:ServeUsers:1:Name=reader", "--Analytics:ClickHouse:ServeUsers:1:Password=" + ReaderPassword,
    ];

    private static readonly string Script = Path.Combine(RepositoryRoot.Path, "tests", "ClickHouseServer", "client.cjs");

    [Fact]
    public async Task ClickHouses_own_client_works()
    {
        await using var silo = await RunningSilo.StartNewAsync(Settings);
        var home = Environment.GetEnvironmentVariable("CLICKHOUSE_CLIENT_HOME")
            ?? throw new InvalidOperationException("CLICKHOUSE_CLIENT_HOME is not set: ./test does it; otherwise set it to what eng/fetch-clickhouse-client.sh prints.");
        var output = await ToolProcess.RunAsync("node", [Script, AddressOf(silo), OwnerPassword, ReaderPassword], null, ("CLICKHOUSE_CLIENT_HOME", home));
        using var steps = JsonDocument.Parse(output);
        string[] expected =
        [
            """ping true""",
            """pingSelect true""",
            """select [{"number":0,"s":"0"},{"number":1,"s":"1"},{"number":2,"s":"2"}]""",
            """database [{"d":"system"}]""",
            """parameters [{"n":7,"s":"it's\t\\ \n","l":["a'","b"],"d":"1970-01-01 00:00:00"}]""",
            """settings [{"a":"1"}]""",
            """json [{"a":1}]""",
            """insert {"written":"1000","id":true}""",
            """inserted [{"count":1000,"sum":499500}]""",
            """stream {"count":200000,"sum":19999900000}""",
            """session [{"sum":3}]""",
        ];
        foreach (var line in expected)
        {
            var name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            Assert.Equal(line, $"{name} {steps.RootElement.GetProperty(name).GetRawText()}");
        }

        foreach (var (name, type, code) in new[]
        {
            ("wrongPassword", "AUTHENTICATION_FAILED", "516"), ("unknownTable", "UNKNOWN_TABLE", "60"), ("readerWrites", "READONLY", "164"),
            ("readerMakes", "READONLY", "164"), ("noSession", "UNKNOWN_TABLE", "60"), ("brokenInsert", "CANNOT_PARSE_INPUT_ASSERTION_FAILED", "27"),
        })
        {
            var step = steps.RootElement.GetProperty(name);
            Assert.Equal((name, type, code), (name, step.GetProperty("error").GetString(), step.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task Events_are_seen_by_whoever_asks_the_engine_and_its_use_is_measured()
    {
        await using var silo = await RunningSilo.StartNewAsync(Settings);
        using var client = new HttpClient { BaseAddress = new Uri(AddressOf(silo)) };
        client.DefaultRequestHeaders.Add("X-ClickHouse-User", "reader");
        client.DefaultRequestHeaders.Add("X-ClickHouse-Key", ReaderPassword);
        await silo.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"purchase","fields":{"amount":12.5}}"""));
        await Eventually.GetAsync(
            () => AskAsync(client, "SELECT amount FROM shop.purchase FORMAT TSV"), answer => answer == "12.5\n", TimeSpan.FromSeconds(30));
        Assert.StartsWith("Code: 164. ", await AskAsync(client, "INSERT INTO shop.purchase (amount) VALUES (1)"), StringComparison.Ordinal);
        Assert.True(await silo.MetricAsync("analytics_clickhouse_server_requests_total") >= 2);
        Assert.True(await silo.MetricAsync("analytics_clickhouse_server_errors_total", "code=\"164\"") >= 1);
        Assert.Equal(0, await silo.StopAsync());
        Assert.Contains("The engine is no longer served on", silo.Output, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client, "SELECT 1"));
        Assert.DoesNotContain(OwnerPassword, silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_served_unless_it_is_asked_for()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        Assert.DoesNotContain("served", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_would_let_anybody_in_or_has_no_place_to_listen_is_refused()
    {
        await using var silo = RunningSilo.Prepare("--Analytics:ClickHouse:Serve=http://0.0.0.0:0");
        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("Analytics:ClickHouse:Serve = 'http://0.0.0.0:0'", output, StringComparison.Ordinal);

        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        silo.Settings = [$"--Analytics:ClickHouse:Serve=http://{taken.LocalEndpoint}"];
        (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("The start has failed: ", output, StringComparison.Ordinal);
        Assert.Contains($"{taken.LocalEndpoint}", output, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(HttpClient client, string sql)
    {
        using var content = new StringContent(sql);
        using var response = await client.PostAsync(new Uri("/", UriKind.Relative), content);
        return await response.Content.ReadAsStringAsync();
    }

    private static string AddressOf(RunningSilo silo) => Served().Match(silo.Output).Groups[1].Value;

    [GeneratedRegex(@"is served over ClickHouse's HTTP protocol on (http://\S+),")]
    private static partial Regex Served();
}
