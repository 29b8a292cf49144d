using System.Collections.Concurrent;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Alerts.Delivery;

/// <summary>
/// Tells webhooks, each change until it is taken or has been tried often enough, and keeps in the table what became of it. One that is neither when the process ends is told by the
/// metric's next activation, by the same id. Changes of an alert may overtake each other: they have times and ids.
/// </summary>
internal sealed partial class WebhookDelivery : IAlertDelivery, IDisposable
{
    // A receiver that hangs holds one of them for as long as a request may take.
    private const int RequestsMax = 16;

    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(5);

    private readonly AlertOptions _options;
    private readonly AlertStore _store;
    private readonly AlertInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WebhookClient _client;
    private readonly SemaphoreSlim _requests = new(RequestsMax);
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Nothing is under way yet.</summary>
    public WebhookDelivery(AlertOptions options, AlertStore store, AlertInstruments instruments, TimeProvider time, ILogger<WebhookDelivery> logger)
    {
        _options = options;
        _store = store;
        _instruments = instruments;
        _time = time;
        _logger = logger;
        _client = new WebhookClient(options);
    }

    /// <summary>Deliveries that wait or are under way.</summary>
    public int Waiting => _running.Count;

    /// <inheritdoc />
    public void Take(AlertMessage message)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var isFull = _running.Count >= _options.DeliveriesMax;
        if (_running.TryAdd(message.Record.Id, isFull))
        {
            _instruments.Began();
            _ = Task.Run(() => RunAsync(message, isFull), CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // What is under way holds the others: it sees this, and the process ends.
        _stopping.Cancel();
        _client.Dispose();
    }

    private async Task RunAsync(AlertMessage message, bool isFull)
    {
        try
        {
            var isDelivered = !isFull && await TryAllAsync(message);
            if (isFull)
            {
                LogFull(message.Record.Project, message.Record.Metric, message.Record.Alert, _options.DeliveriesMax);
            }

            _instruments.Told(isDelivered);
            await KeepAsync(message.Record with { Delivery = isDelivered ? AlertDeliveries.Delivered : AlertDeliveries.Failed });
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next activation tells it.
        }
        finally
        {
            _running.TryRemove(message.Record.Id, out _);
            _instruments.Ended();
        }
    }

    private async Task<bool> TryAllAsync(AlertMessage message)
    {
        var pause = TimeSpan.FromMilliseconds(_options.PauseMs);
        for (var attempt = 1; ; attempt++)
        {
            if (await TryOnceAsync(message) is not { } failure)
            {
                return true;
            }

            _instruments.AttemptFailed();
            if (attempt >= _options.AttemptsMax)
            {
                LogGivenUp(message.Record.Project, message.Record.Metric, message.Record.Alert, attempt, failure);
                return false;
            }

            LogFailed(message.Record.Project, message.Record.Metric, message.Record.Alert, attempt, failure);
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), _time, _stopping.Token);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private async Task<string?> TryOnceAsync(AlertMessage message)
    {
        // What was allowed when the alert was made may be no more.
        if (WebhookHosts.WhyNot(message.Webhook, _options) is { } reason)
        {
            return reason;
        }

        await _requests.WaitAsync(_stopping.Token);
        try
        {
            using var request = WebhookRequest.Of(message, _time.GetUtcNow());
            return await _client.PostAsync(request, _stopping.Token);
        }
        finally
        {
            _requests.Release();
        }
    }

    // Not kept, it is told again after the next start, by the same id.
    private async Task KeepAsync(AlertRecord record)
    {
        try
        {
            await _store.SaveAsync(record, _stopping.Token);
        }
        catch (ClickHouseException e)
        {
            LogNotKept(e, record.Project, record.Metric, record.Alert);
        }
    }

    [LoggerMessage(EventId = 3200, Level = LogLevel.Information, Message = "{Project}/{Metric}: the webhook of alert {Alert} was not told at attempt {Attempt}: {Reason}")]
    private partial void LogFailed(string project, string metric, string alert, int attempt, string reason);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning, Message = "{Project}/{Metric}: the webhook of alert {Alert} was not told, {Attempts} attempts have failed: {Reason}")]
    private partial void LogGivenUp(string project, string metric, string alert, int attempts, string reason);

    [LoggerMessage(EventId = 3202, Level = LogLevel.Warning, Message = "{Project}/{Metric}: the webhook of alert {Alert} is not told: {DeliveriesMax} deliveries wait already (Alerts:DeliveriesMax)")]
    private partial void LogFull(string project, string metric, string alert, int deliveriesMax);

    [LoggerMessage(EventId = 3203, Level = LogLevel.Warning, Message = "{Project}/{Metric}: what became of telling the webhook of alert {Alert} could not be kept; it may be told again, by the same id")]
    private partial void LogNotKept(Exception exception, string project, string metric, string alert);
}
