// Goal: the command audits a running silo through it and a stopped one from its files, leaves no trace, and its exit code says what it found.
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Audit;

public sealed class AuditCommandTests
{
    private const string Broken = "{\"project\":\"shop\",";

    [Fact]
    public async Task A_running_silo_audits_itself_and_adds_the_live_totals()
    {
        await using var silo = await FilledAsync();
        var (exitCode, output, error) = await AuditProcess.RunAsync(silo);
        Assert.True(exitCode == 0, output + error + silo.Output);
        Assert.StartsWith("Everything is there, once: 31 events and 1 dead letter of all partitions", output, StringComparison.Ordinal);
        Assert.Contains("drift", output, StringComparison.Ordinal);

        var report = await JsonAsync(silo, "--deep");
        var purchase = report.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("metric").GetString() == "purchase");
        Assert.Equal((30, 30, 0), (
            purchase.GetProperty("live_total").GetInt32(), purchase.GetProperty("table_rows").GetInt32(), purchase.GetProperty("drift").GetInt32()));
        Assert.Equal(0, purchase.GetProperty("differences").GetArrayLength());
        Assert.Equal(1, purchase.GetProperty("counts").GetProperty("duplicates").GetInt32());
    }

    [Fact]
    public async Task A_stopped_silo_is_audited_from_its_files_which_stay_as_they_are()
    {
        await using var silo = await FilledAsync();
        Assert.Equal(0, await silo.StopAsync());
        var before = Snapshot(silo.DataDirectory);
        var (exitCode, output, error) = await AuditProcess.RunAsync(silo);
        Assert.True(exitCode == 0, output + error);
        Assert.StartsWith("Everything is there, once: 31 events and 1 dead letter of all partitions", output, StringComparison.Ordinal);
        Assert.DoesNotContain("drift", output, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(silo.DataDirectory));

        await silo.StartAsync();
        Assert.Equal(30, (await silo.GetAsync("/v1/projects/shop/metrics/purchase")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_killed_silo_s_unfinished_end_is_pending_or_there_never_missing()
    {
        await using var silo = await FilledAsync();
        await silo.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"late","fields":{"a":1}}"""));
        await silo.KillAsync();
        var report = await JsonAsync(silo);
        var total = report.GetProperty("total");
        Assert.Equal(total.GetProperty("inputs").GetInt32(), total.GetProperty("rows").GetInt32()
            + total.GetProperty("duplicates").GetInt32() + total.GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task Rows_that_have_gone_with_their_part_are_missing()
    {
        await using var silo = await FilledAsync();
        Assert.Equal(0, await silo.StopAsync());
        var parts = Directory.GetFiles(Path.Combine(silo.DataDirectory, "clickhouse", "store"), "columns.txt", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("`amount`", StringComparison.Ordinal)).Select(Path.GetDirectoryName).Distinct().ToArray();
        Assert.NotEmpty(parts);
        Array.ForEach(parts, part => Directory.Delete(part!, recursive: true));

        var (exitCode, output, error) = await AuditProcess.RunAsync(silo);
        Assert.True(exitCode == 1, output + error);
        Assert.StartsWith("FAULTS FOUND", output, StringComparison.Ordinal);
        Assert.Contains("no row, no earlier row with its id, no dead letter", output, StringComparison.Ordinal);
        var report = await JsonAsync(silo, expected: 1);
        Assert.Equal((31, 20), (
            report.GetProperty("total").GetProperty("missing").GetInt32(), report.GetProperty("faults").GetArrayLength()));
        Assert.All(report.GetProperty("faults").EnumerateArray(), fault => Assert.Equal(
            ("missing", "shop", "purchase"),
            (fault.GetProperty("kind").GetString(), fault.GetProperty("project").GetString(), fault.GetProperty("metric").GetString())));
    }

    [Theory]
    [InlineData("There is no argument --form.", "--form=2026-11-20T10:00:00Z")]
    [InlineData("--partition is 'x': it must be a whole number, 0 or more.", "--partition=x")]
    [InlineData("--partition is given twice.", "--partition=1", "--partition=2")]
    [InlineData("--from-offset needs a value", "--partition=1", "--from-offset")]
    [InlineData("--from-offset and --to-offset need --partition", "--from-offset=1")]
    [InlineData("Either offsets or times", "--partition=0", "--from-offset=1", "--from=2026-11-20T10:00:00Z")]
    [InlineData("--from-offset must be 0 or more, and --to-offset not below it.", "--partition=0", "--from-offset=2", "--to-offset=1")]
    [InlineData("--to is '2026-11-20': it must be a time with a zone", "--to=2026-11-20")]
    [InlineData("--to is before --from.", "--from=2026-11-20T10:00:00Z", "--to=2026-11-19T10:00:00Z")]
    [InlineData("--json takes no value.", "--json=yes")]
    [InlineData("there is no such setting", "--Analytics:Partitions=3")]
    [InlineData("There is no event log in", "--Analytics:DataDirectory=nowhere-at-all")]
    public async Task Wrong_arguments_are_told_in_the_caller_s_words(string reason, params string[] args)
    {
        var (exitCode, output, error) = await AuditProcess.RunAsync(args);
        Assert.Equal((2, string.Empty), (exitCode, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("nowhere-at-all"));
    }

    [Fact]
    public async Task Help_is_no_failure()
    {
        var (exitCode, output, _) = await AuditProcess.RunAsync(["--help"]);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("Usage: audit", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_is_not_where_it_is_looked_for_is_said_to_be_so()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        var (exitCode, _, error) = await AuditProcess.RunAsync([$"--Analytics:DataDirectory={silo.DataDirectory}", "--Analytics:Http:Urls=http://127.0.0.1:1"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("does not answer at http://127.0.0.1:1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partition_that_the_log_does_not_have_is_refused_running_or_stopped()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        var running = await AuditProcess.RunAsync(silo, "--partition=4");
        Assert.Equal(0, await silo.StopAsync());
        var stopped = await AuditProcess.RunAsync(silo, "--partition=4");
        var deep = await AuditProcess.RunAsync(silo, "--deep");
        Assert.Equal((2, 2, 2), (running.ExitCode, stopped.ExitCode, deep.ExitCode));
        Assert.Contains("partition is 4: the log has partitions 0 to 3.", running.Error, StringComparison.Ordinal);
        Assert.Contains("--partition is 4: the log has partitions 0 to 3.", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("--deep compares live numbers", deep.Error, StringComparison.Ordinal);
    }

    /// <summary>31 events, one of them a repeat of another's id, in two metrics' worth of requests; and one input that is none.</summary>
    private static async Task<RunningSilo> FilledAsync()
    {
        var silo = await RunningSilo.StartNewAsync();
        for (var i = 0; i < 30; i++)
        {
            await SendAsync(silo, $$$"""{"project":"shop","metric":"purchase","id":"p{{{i}}}","fields":{"amount":{{{i}}}.5,"user":"u{{{i % 3}}}"}}""");
        }

        await SendAsync(silo, """{"project":"shop","metric":"purchase","id":"p7","fields":{"amount":7.5}}""" + "\n" + Broken);
        await Eventually.IsTrueAsync(
            async () => await CommittedAsync(silo), TimeSpan.FromSeconds(20), () => "everything committed");
        return silo;
    }

    private static async Task<bool> CommittedAsync(RunningSilo silo)
    {
        var lines = (await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        double Sum(string name) => lines.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        return Sum("analytics_log_end_offset") is > 0 and var end && Sum("analytics_log_committed_offset") == end;
    }

    private static async Task SendAsync(RunningSilo silo, string body)
    {
        var (status, answer) = await silo.PostAsync("/v1/events", new StringContent(body));
        Assert.True(status == HttpStatusCode.Accepted, answer.GetRawText());
    }

    private static async Task<JsonElement> JsonAsync(RunningSilo silo, string? arg = null, int expected = 0)
    {
        var (exitCode, output, error) = await AuditProcess.RunAsync(silo, ["--json", .. arg is null ? Array.Empty<string>() : [arg]]);
        Assert.True(exitCode == expected, output + error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Snapshot(string directory) => string.Join('\n', new DirectoryInfo(directory)
        .EnumerateFileSystemInfos("*", SearchOption.AllDirectories).OrderBy(entry => entry.FullName, StringComparer.Ordinal)
        .Select(entry => $"{entry.FullName} {entry.LastWriteTimeUtc:O} " +
            (entry is FileInfo file ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName))) : string.Empty)));
}
