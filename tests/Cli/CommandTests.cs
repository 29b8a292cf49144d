// Goal: every command does on a real server what docs/cli.md says: what was sent is read back, wrong input is named and changes nothing, exit codes tell apart what scripts must.
using System.Text.Json;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Cli;

public sealed class CommandTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly RunningSilo _silo = fixture.Silo;

    [Fact]
    public async Task A_tracked_event_is_shown_listed_tailed_and_queried()
    {
        var tracked = await RunAsync("track", "cli", "one", "amount=12.5", "user=u1", "ok=true", "note=a=b c", "--id", "x", "--time", "2026-11-20T10:00:00Z");
        Assert.Equal((0, "1 event accepted\n"), (tracked.ExitCode, tracked.Output));
        var shown = await RunAsync("show", "cli", "one", "--json");
        Assert.Equal((0, 1, 12.5), (shown.ExitCode, shown.Json.GetProperty("total").GetInt64(), shown.Json.GetProperty("fields").GetProperty("amount").GetProperty("sum").GetDouble()));
        Assert.Contains("amount\tFloat64\t1\t0\t1\t12.5", (await RunAsync("show", "cli", "one")).Output, StringComparison.Ordinal);
        var listed = Assert.Single((await RunAsync("metrics", "cli", "--json")).Json.EnumerateArray(), metric => metric.GetProperty("metric").GetString() == "one");
        Assert.Equal((1, 4), (listed.GetProperty("total").GetInt64(), listed.GetProperty("fields").GetInt32()));
        Assert.Contains("cli\tone", (await RunAsync("metrics", "--names")).Lines);
        var tail = JsonDocument.Parse(Assert.Single((await RunAsync("tail", "cli", "one")).Lines)).RootElement;
        Assert.Equal(("x", "2026-11-20T10:00:00.000Z", "a=b c"), (tail.GetProperty("id").GetString(), tail.GetProperty("time").GetString(), tail.GetProperty("fields").GetProperty("note").GetString()));
        var query = await RunAsync("query", "SELECT amount, ok FROM cli.one WHERE user = {u:String}", "-p", "u=u1");
        Assert.Equal("amount\tok\n12.5\ttrue\n", query.Output);
        Assert.Equal("{\"amount\":12.5}\n", (await CliRun.RunAsync(Server, ["query", "--json"], "SELECT amount FROM cli.one")).Output);
    }

    [Fact]
    public async Task Lines_of_the_input_are_events_and_wrong_ones_are_named()
    {
        var run = await CliRun.RunAsync(Server, ["track", "cli", "lines"], "{\"n\":1,\"_id\":\"a\",\"_time\":\"2026-11-20T10:00:00Z\"}\nnonsense\n\n{\"n\":2,\"_id\":\"a\"}\n[1]\n{\"n\":3}\n");
        Assert.Equal((1, "3 events accepted, 2 rejected\n"), (run.ExitCode, run.Output));
        Assert.Contains("Line 2 is no JSON object.", run.Error, StringComparison.Ordinal);
        Assert.Contains("Line 5 is no JSON object.", run.Error, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(
            async () => (await RunAsync("show", "cli", "lines", "--json")).Json is var state && state.GetProperty("total").GetInt64() == 2 && state.GetProperty("duplicates").GetInt64() == 1,
            TimeSpan.FromSeconds(20), () => _silo.Output);
    }

    [Fact]
    public async Task Rejected_events_become_dead_letters_that_are_listed_and_replayed()
    {
        var run = await RunAsync("track", "cli", "long", $"text={new string('x', 300_000)}");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("string_too_long", run.Error, StringComparison.Ordinal);
        CliRun? list = null;
        await Eventually.IsTrueAsync(
            async () => (list = await RunAsync("dead-letters", "list", "--code", "string_too_long", "--json")).Json.GetArrayLength() == 1, TimeSpan.FromSeconds(20), () => _silo.Output);
        Assert.Contains("300000 bytes", list!.Json[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        var replay = await RunAsync("dead-letters", "replay", "--code", "string_too_long", "--dry-run");
        Assert.Equal(1, replay.ExitCode);
        Assert.StartsWith("1 letters: 0 would be replayed", replay.Output, StringComparison.Ordinal);
        var nothing = await RunAsync("dead-letters", "replay");
        Assert.Equal((4, true), (nothing.ExitCode, nothing.Error.Contains("replay_invalid", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Load_sends_what_it_is_told_to_and_an_audit_finds_all_of_it()
    {
        var run = await RunAsync("load", "--project", "cliload", "--projects", "2", "--metrics", "3", "--events", "3000", "--rate", "0", "--cardinality", "10", "--batch", "100", "--json");
        Assert.Equal((0, 3000), (run.ExitCode, run.Json.GetProperty("accepted").GetInt64()));
        await Eventually.IsTrueAsync(
            async () => (await RunAsync("metrics", "cliload_1", "--json")) is { ExitCode: 0 } list && list.Json.EnumerateArray().Sum(metric => metric.GetProperty("total").GetInt64()) == 1500,
            TimeSpan.FromSeconds(20), () => _silo.Output);
        Assert.Equal(3, (await RunAsync("metrics", "cliload_0", "--names")).Lines.Length);
        var audit = await RunAsync("audit");
        Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
        Assert.StartsWith("Everything is there, once", audit.Output, StringComparison.Ordinal);
        Assert.Contains("cliload_1/purchase_2\t500\t500\t0", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Views_are_made_listed_shown_and_ended()
    {
        await RunAsync("track", "cli", "trade", "branch=Bern", "amount=3");
        await RunAsync("track", "cli", "trade", "branch=Basel", "amount=4");
        var put = await RunAsync("views", "put", "cli", "trade", "position", "--window", "30d", "--group-by", "branch", "--agg", "sum:amount,count", "--where", "amount > 0");
        Assert.True(put.ExitCode == 0, put.Error);
        Assert.Contains("position\t30d\t30d\tbranch\tsum(amount), count\tamount > 0", (await RunAsync("views", "list", "cli", "trade")).Output, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(
            async () => (await RunAsync("views", "show", "cli", "trade", "position")).Output is var text && text.Contains("\tno\tBasel\t4\t1\n", StringComparison.Ordinal)
                && text.Contains("\tno\tBern\t3\t1\n", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), () => _silo.Output);
        var bad = await RunAsync("views", "put", "cli", "trade", "bad", "--window", "2 parsecs");
        Assert.Equal((4, true), (bad.ExitCode, bad.Error.Contains("2 parsecs", StringComparison.Ordinal)));
        Assert.Equal(0, (await RunAsync("views", "delete", "cli", "trade", "position")).ExitCode);
        var again = await RunAsync("views", "delete", "cli", "trade", "position", "--json");
        Assert.Equal((1, "{\"deleted\":false}\n"), (again.ExitCode, again.Output));
        Assert.Equal(1, (await RunAsync("views", "show", "cli", "trade", "position")).ExitCode);
    }

    [Fact]
    public async Task Alerts_are_made_listed_and_ended()
    {
        await RunAsync("track", "cli", "watched", "n=1");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """{"on":{"rate":"minute"},"below":1}""");
            var put = await RunAsync("alerts", "put", "cli", "watched", "quiet", file);
            Assert.True(put.ExitCode == 0, put.Error);
            Assert.Contains("\"quiet\"", (await RunAsync("alerts", "list", "cli", "watched", "--json")).Output, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "below 1");
            Assert.Equal(2, (await RunAsync("alerts", "put", "cli", "watched", "quiet", file)).ExitCode);
            await File.WriteAllTextAsync(file, """{"on":{"rate":"minute"}}""");
            Assert.Equal(4, (await RunAsync("alerts", "put", "cli", "watched", "quiet", file)).ExitCode);
        }
        finally
        {
            File.Delete(file);
        }

        var ended = await RunAsync("alerts", "delete", "cli", "watched", "quiet", "--json");
        Assert.Equal((0, "{\"deleted\":true}\n"), (ended.ExitCode, ended.Output));
        Assert.Equal(1, (await RunAsync("alerts", "delete", "cli", "watched", "quiet")).ExitCode);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task What_is_exported_can_be_imported_and_a_second_import_adds_nothing(string format)
    {
        var directory = Directory.CreateTempSubdirectory("analytics-cli-").FullName;
        try
        {
            var source = $"source_{format}";
            await RunAsync("load", "--project", "cliexport", "--events", "2500", "--rate", "0", "--cardinality", "7", "--connections", "1");
            var file = Path.Combine(directory, $"events.{format}");
            var export = await RunAsync("export", "cliexport", "purchase", "--out", file);
            Assert.True(export.ExitCode == 0, export.Error);
            var import = await CliProcess.RunAsync(Server, "import", file, "cliexport", source, "--time", "_time", "--json");
            Assert.True(import.ExitCode == 0, import.Error);
            var count = import.Json.GetProperty("accepted").GetInt64();
            Assert.Contains($"{count:N0} events", export.Error, StringComparison.Ordinal);
            var compare = await RunAsync("query", $"SELECT (SELECT (count(), round(sum(amount), 2), uniqExact(user), countIf(ok), min(_time)) FROM cliexport.purchase) = (SELECT (count(), round(sum(amount), 2), uniqExact(user), countIf(ok), min(_time)) FROM cliexport.{source}) AS same", "-f", "TSV");
            Assert.Equal("1\n", compare.Output);
            var again = await CliProcess.RunAsync(Server, "import", file, "cliexport", source, "--time", "_time", "--json");
            Assert.Equal((0, 0, count), (again.ExitCode, again.Json.GetProperty("accepted").GetInt64(), again.Json.GetProperty("skipped").GetInt64()));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(2, "is no field", "track", "cli", "one", "novalue")]
    [InlineData(2, "Required argument", "track")]
    [InlineData(2, "--rate is -1", "load", "--rate", "-1")]
    [InlineData(2, "--lines is 0", "tail", "cli", "one", "-n", "0")]
    [InlineData(2, "There is no file", "import", "nowhere.csv", "cli", "one")]
    [InlineData(2, "Say it with --format", "import", "-", "cli", "one")]
    [InlineData(2, "--from is 'soon'", "export", "cli", "one", "--from", "soon")]
    [InlineData(2, "Unrecognized command", "nonsense")]
    [InlineData(4, "query_failed", "query", "SELEKT")]
    [InlineData(4, "metric_unknown", "tail", "cli", "nobody")]
    [InlineData(1, "has had an event", "show", "cli", "nobody")]
    [InlineData(1, "has had an event", "export", "cli", "nobody")]
    public async Task What_is_wrong_is_named_with_an_exit_code_of_its_kind(int exitCode, string words, params string[] args)
    {
        await RunAsync("track", "cli", "known", "a=1");
        var run = await RunAsync(args);
        Assert.True(run.ExitCode == exitCode && run.Error.Contains(words, StringComparison.OrdinalIgnoreCase), $"{run.ExitCode}: {run.Error}");
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_an_exit_code_of_its_own()
    {
        var run = await CliRun.RunAsync(new Uri("http://127.0.0.1:1"), ["metrics"]);
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains("No server answers at http://127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    private Uri Server => _silo.Http.BaseAddress!;

    private Task<CliRun> RunAsync(params string[] args) => CliRun.RunAsync(Server, args);
}
