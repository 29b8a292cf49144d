// Goal: a webhook is told of a change until it has taken it, with a signature that anybody can check; one that does not is given up, and what became of it is kept.
using System.Text;
using System.Text.Json;
using Analytics.Grains.Alerts;
using Analytics.Grains.Alerts.Delivery;
using Analytics.Grains.Configuration;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Alerts;

public sealed class WebhookDeliveryTests(EngineFixture engine) : IAsyncLifetime
{
    private static readonly AlertOptions Patient = new() { Hosts = "127.0.0.1", PauseMs = 10, AttemptsMax = 4, TimeoutMs = 5_000 };

    private readonly AlertInstruments _instruments = new();
    private readonly WebhookReceiver _receiver = new();
    private AlertStore _store = null!;
    private string _project = null!;

    public async ValueTask InitializeAsync()
    {
        var clickHouse = await engine.OpenAsync();
        _project = await engine.NewDatabaseAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        _store = new AlertStore(clickHouse, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _instruments.Dispose();
    }

    [Fact]
    public async Task A_change_is_posted_once_with_its_id_and_a_signature_that_Node_js_computes_too()
    {
        using var delivery = NewDelivery(Patient);
        var record = Record(1);
        delivery.Take(new AlertMessage(record, _receiver.Address, "it's a secret"));
        await Eventually.IsTrueAsync(async () => await DeliveryOfAsync(1) == "delivered", TimeSpan.FromSeconds(20), () => "It was not delivered.");
        var (headers, body) = Assert.Single(_receiver.Received);
        Assert.Equal("application/json", headers["Content-Type"]);
        Assert.Equal(record.Id, headers["X-Analytics-Delivery"]);
        Assert.Equal("sha256=" + await NodeAsync("it's a secret", [.. Encoding.ASCII.GetBytes(headers["X-Analytics-Timestamp"] + "."), .. body]), headers["X-Analytics-Signature"]);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(
            (record.Id, "raised", _project, "m", "a", "raised", 6.5, 5, "total is 6.5, above 5"),
            (Text("id"), Text("event"), Text("project"), Text("metric"), Text("alert"), Text("state"), json.GetProperty("value").GetDouble(), json.GetProperty("threshold").GetInt32(), Text("message")));
        Assert.Equal("2026-01-01T00:00:00.001Z", Text("since"));
        Assert.True(json.GetProperty("definition").GetProperty("on").GetProperty("total").GetBoolean());
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(body), StringComparison.Ordinal);

        string Text(string name) => json.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task One_that_fails_is_tried_again_by_the_same_id()
    {
        _receiver.Status = static number => number switch { 1 => 500, 2 => 302, _ => 200 };
        using var delivery = NewDelivery(Patient);
        delivery.Take(new AlertMessage(Record(1), _receiver.Address, null));
        await Eventually.IsTrueAsync(async () => await DeliveryOfAsync(1) == "delivered", TimeSpan.FromSeconds(20), () => "It was not delivered.");
        Assert.Equal(3, _receiver.Received.Count);
        Assert.Equal([Record(1).Id], _receiver.Received.Select(request => request.Headers["X-Analytics-Delivery"]).Distinct());
        Assert.All(_receiver.Received, static request => Assert.Null(request.Headers["X-Analytics-Signature"]));
    }

    [Fact]
    public async Task One_that_never_answers_in_time_or_well_is_given_up()
    {
        _receiver.Status = static number => number == 1 ? 0 : 503;
        using var delivery = NewDelivery(Patient with { TimeoutMs = 200, AttemptsMax = 3 });
        delivery.Take(new AlertMessage(Record(1), _receiver.Address, null));
        await Eventually.IsTrueAsync(async () => await DeliveryOfAsync(1) == "failed", TimeSpan.FromSeconds(20), () => "It was not given up.");
        Assert.Equal(3, _receiver.Received.Count);
    }

    [Theory]
    [InlineData(2, "delivered")]
    [InlineData(1, "failed")]
    public async Task So_many_may_wait(int deliveriesMax, string second)
    {
        _receiver.Status = static number => number == 1 ? 0 : 200;
        using var delivery = NewDelivery(Patient with { DeliveriesMax = deliveriesMax });
        delivery.Take(new AlertMessage(Record(1), _receiver.Address, null));
        delivery.Take(new AlertMessage(Record(1), _receiver.Address, null));
        Assert.Equal(1, delivery.Waiting);
        await Eventually.IsTrueAsync(() => Task.FromResult(_receiver.Received.Count == 1), TimeSpan.FromSeconds(20), () => "It was not tried.");
        delivery.Take(new AlertMessage(Record(2), _receiver.Address, null));
        await Eventually.IsTrueAsync(async () => await DeliveryOfAsync(2) == second, TimeSpan.FromSeconds(20), () => $"It is not {second}.");
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_followed()
    {
        using var delivery = NewDelivery(new AlertOptions { PauseMs = 10, AttemptsMax = 2 });
        delivery.Take(new AlertMessage(Record(1), _receiver.Address.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal), null));
        await Eventually.IsTrueAsync(async () => await DeliveryOfAsync(1) == "failed", TimeSpan.FromSeconds(20), () => "It was not given up.");
        Assert.Empty(_receiver.Received);
    }

    [Theory]
    [InlineData("https://example.org/hook", null)]
    [InlineData("http://hooks.local:8080/x", null)]
    [InlineData("https://10.0.0.9/", null)]
    [InlineData("http://example.org/hook", "webhook is an https:// address, unless")]
    [InlineData("ftp://example.org/", "webhook is an https:// address.")]
    [InlineData("hook", "webhook is an https:// address.")]
    [InlineData("https://u:p@example.org/", "webhook has no user and no password")]
    [InlineData("https://127.0.0.1/", "webhook: '127.0.0.1' is no public address")]
    [InlineData("https://169.254.169.254/latest", "webhook: '169.254.169.254' is no public address")]
    [InlineData("https://192.168.1.1/", "webhook: '192.168.1.1' is no public address")]
    [InlineData("https://172.31.0.1/", "webhook: '172.31.0.1' is no public address")]
    [InlineData("https://100.64.0.1/", "webhook: '100.64.0.1' is no public address")]
    [InlineData("https://[::1]/", "webhook: '[::1]' is no public address")]
    [InlineData("https://[::ffff:10.0.0.1]/", "webhook: '[::ffff:")]
    [InlineData("https://[fd00::1]/", "webhook: '[fd00::1]' is no public address")]
    [InlineData("https://[64:ff9b::a00:1]/", "webhook: '[64:ff9b::")]
    [InlineData("https://8.8.8.8/", null)]
    [InlineData("https://[2606:4700::1111]/", null)]
    public void A_webhook_is_somewhere_public_or_listed(string webhook, string? why)
    {
        var reason = WebhookHosts.WhyNot(webhook, new AlertOptions { Hosts = "hooks.local, 10.0.0.9" });
        Assert.True(why is null ? reason is null : reason?.StartsWith(why, StringComparison.Ordinal), $"{webhook}: {reason}");
        Assert.Equal(webhook.Contains("hooks.local", StringComparison.Ordinal) || webhook.Contains("10.0.0.9", StringComparison.Ordinal),
            WebhookHosts.WhyNot(webhook, new AlertOptions { Hosts = "hooks.local, 10.0.0.9", OtherHosts = "Listed" }) is null);
    }

    private WebhookDelivery NewDelivery(AlertOptions options) => new(options, _store, _instruments, TimeProvider.System, NullLogger<WebhookDelivery>.Instance);

    private AlertRecord Record(long number) => new()
    {
        Project = _project,
        Metric = "m",
        Alert = "a",
        Number = number,
        Event = "raised",
        IsRaised = true,
        SinceMs = 1_767_225_600_001,
        TimeMs = 1_767_225_600_001,
        Value = 6.5,
        Threshold = 5,
        Message = "total is 6.5, above 5",
        Definition = """{"on":{"total":true},"above":5}""",
        Delivery = "pending",
    };

    private async Task<string?> DeliveryOfAsync(long number) =>
        (await _store.ReadHistoryAsync(10_000, CancellationToken.None)).FirstOrDefault(record => record.Project == _project && record.Number == number)?.Delivery;

    private static async Task<string> NodeAsync(string secret, byte[] signed)
    {
        const string Script = "process.stdout.write(require('crypto').createHmac('sha256', process.argv[1]).update(Buffer.from(process.argv[2], 'base64')).digest('hex'))";
        using var process = ProcessStarter.Start("node", "-e", Script, secret, Convert.ToBase64String(signed));
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return answer;
    }
}
