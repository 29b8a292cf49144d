// Goal: a silo lives through whatever befalls its brokers: it starts without them, answers what it can while they are away, says what is wrong, and
// works again as soon as they are back, without a restart and without losing what it has accepted.
using System.Diagnostics;
using System.Net;
using System.Text;
using Analytics.Silo.Log.Kafka.Native;
using Analytics.Tests.Integration;
using Analytics.Tests.Log;
using Confluent.Kafka;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class KafkaFailureSiloTests : IDisposable
{
    private static readonly TimeSpan ComeBackMax = TimeSpan.FromSeconds(60);

    private readonly MockCluster _cluster = new(brokerCount: 1);

    public KafkaFailureSiloTests() => _cluster.CreateTopic("events", 2);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task A_silo_starts_without_brokers_and_works_as_soon_as_they_are_there()
    {
        _cluster.SetDown(-1);
        await using var silo = RunningSilo.Prepare(Arguments());
        silo.Launch();
        await Eventually.IsTrueAsync(async () => (await ReadyAsync(silo)).Text.Contains("Kafka has not been reached yet", StringComparison.Ordinal), ComeBackMax, () => silo.Output);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ReadyAsync(silo)).Status);
        using (var refused = await PostAsync(silo, 0))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("log_unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(1, (await silo.QueryAsync("SELECT 1 AS one"))[0].GetProperty("one").GetInt32());
        _cluster.SetUp(-1);
        await silo.WaitUntilReadyAsync();
        using var accepted = await PostAsync(silo, 1);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await silo.UntilTotalAsync("shop", "sale", 1);
        Assert.Equal("ok", (await silo.GetAsync("/readyz")).GetProperty("checks").GetProperty("log").GetString());
    }

    [Fact]
    public async Task What_was_accepted_is_counted_once_whatever_happens_to_brokers_and_commits()
    {
        await using var silo = await RunningSilo.StartNewAsync(Arguments());
        using (var accepted = await PostAsync(silo, 0))
        {
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        await silo.UntilTotalAsync("shop", "sale", 1);
        _cluster.SetDown(-1);
        var watch = Stopwatch.StartNew();
        using (var refused = await PostAsync(silo, 1))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("log_unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.InRange(watch.Elapsed.TotalSeconds, 1, 10);
        }

        Assert.Equal(1, await silo.TotalAsync("shop", "sale"));
        await Eventually.IsTrueAsync(
            async () => (await silo.QueryAsync("SELECT count() AS rows FROM shop.sale"))[0].GetProperty("rows").GetInt32() == 1, ComeBackMax, () => silo.Output);
        await Eventually.IsTrueAsync(async () => (await ReadyAsync(silo)).Text.Contains("Kafka cannot be reached", StringComparison.Ordinal), ComeBackMax, () => silo.Output);
        _cluster.SetUp(-1);
        await silo.WaitUntilReadyAsync();

        // Events have ids: what was refused is sent again.
        _cluster.FailNext(KafkaRequest.OffsetCommit, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 4)]);
        for (var i = 1; i <= 20; i++)
        {
            using var accepted = await PostAsync(silo, i);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        await silo.UntilTotalAsync("shop", "sale", 21);
        await UntilCommittedAsync();
        Assert.Equal(21, await silo.TotalAsync("shop", "sale"));
        Assert.Contains("the durable offset could not be committed", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("reading failed and starts over", silo.Output, StringComparison.Ordinal);

        _cluster.FailNext(KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);
        using (var refused = await PostAsync(silo, 21))
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
            var text = await refused.Content.ReadAsStringAsync();
            Assert.Contains("event_too_large", text, StringComparison.Ordinal);
            Assert.Contains("message.max.bytes of the broker or of topic events", text, StringComparison.Ordinal);
        }

        Assert.Equal(0, await silo.StopAsync());
        await silo.StartAsync();
        Assert.Equal(21, await silo.TotalAsync("shop", "sale"));
    }

    [Fact]
    public async Task A_partition_that_has_lost_records_is_told_of_and_the_rest_goes_on()
    {
        await using (var log = await KafkaLogs.OpenAsync(_cluster.Options()))
        {
            await log.CommitAsync(1, 0);
            await log.AppendAllAsync(1, Enumerable.Range(0, 8).Select(i => Records.Random(i, 1_000_000)));
        }

        await using var silo = await RunningSilo.StartNewAsync(Arguments());
        await Eventually.IsTrueAsync(
            async () => (await ReadyAsync(silo)).Text.Contains("Partition 1 of topic events has lost offsets 0 to ", StringComparison.Ordinal), ComeBackMax, () => silo.Output);
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(silo)).Status);
        Assert.Equal(1, await silo.MetricAsync("analytics_log_damaged", "partition=\"1\""));
        Assert.Equal(0, await silo.MetricAsync("analytics_log_damaged", "partition=\"0\""));
        await new Kcat(_cluster.BootstrapServers).ProduceAsync("events", """{"project":"shop","metric":"sale","fields":{"n":1}}""" + "\n", "-p", "0");
        await silo.UntilTotalAsync("shop", "sale", 1);
    }

    [Fact]
    public async Task Without_the_client_library_the_start_says_what_is_missing()
    {
        await using var silo = RunningSilo.Prepare(Arguments());
        var start = new ProcessStartInfo("dotnet", [SiloProgram.Path, $"--Analytics:DataDirectory={silo.DataDirectory}", .. Arguments()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[RdKafkaLibrary.PathVariable] = "/no/such/librdkafka.so";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinDeadline();
        var text = await output + errors;
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("The start has failed: LIBRDKAFKA_PATH is '/no/such/librdkafka.so', and no library can be loaded from there.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no.such.setting", "hunter2", "Analytics:Kafka:Properties:no.such.setting cannot be used: No such configuration property")]
    [InlineData("enable.idempotence", "perhaps", "Analytics:Kafka:Properties:enable.idempotence cannot be used: ")]
    public async Task A_setting_that_the_client_refuses_stops_the_start(string name, string value, string words)
    {
        await using var silo = RunningSilo.Prepare(Arguments($"--Analytics:Kafka:Properties:{name}={value}"));
        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains($"The start has failed: {words}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private string[] Arguments(params string[] more) => _cluster.Options().Arguments(["--Analytics:Kafka:Properties:message.timeout.ms=2000", .. more]);

    private static async Task<HttpResponseMessage> PostAsync(RunningSilo silo, int id) => await silo.Http.PostAsync(
        new Uri("/v1/events", UriKind.Relative),
        new StringContent($$$"""{"project":"shop","metric":"sale","id":"{{{id}}}","fields":{"n":{{{id}}}}}""", Encoding.UTF8, "application/json"));

    private static async Task<(HttpStatusCode? Status, string Text)> ReadyAsync(RunningSilo silo)
    {
        try
        {
            using var response = await silo.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return (null, string.Empty);
        }
    }

    private Task UntilCommittedAsync() => Eventually.IsTrueAsync(
        async () =>
        {
            await using var log = await KafkaLogs.OpenAsync(_cluster.Options());
            return await log.ReadCommittedAsync(0) == await log.ReadEndAsync(0) && await log.ReadCommittedAsync(1) == await log.ReadEndAsync(1);
        },
        ComeBackMax,
        () => "the log has lag");
}
