using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Alerts;
using Analytics.Grains.Alerts.Delivery;
using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <content>Its alerts: looked at in the turn that changes a number, and once a second where time alone can change one.</content>
internal sealed partial class MetricActor
{
    // Rates fall and windows end although nothing comes.
    private const long AlertsEveryMs = 1_000;

    private long _alertsFromMs;
    private long _alertsLookedMs;
    private Task _keeping = Task.CompletedTask;
    private long _alertTimerMs = long.MaxValue;

    /// <summary>Makes an alert, or another one of the same name that goes on from its state.</summary>
    /// <returns>Why it is not taken; <see langword="null"/> when it is, and is durable.</returns>
    public async Task<SettingsRefusal?> SetAlertAsync(AlertDefinition alert)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if (_services.Alerts is not { } services)
        {
            return new SettingsRefusal(SettingsRefusal.Invalid, "There are no alerts here.");
        }

        if (AlertRules.WhyNot(alert, services.Options, _pipeline.Settings, _pipeline.TypeOf) is { } reason)
        {
            return new SettingsRefusal(SettingsRefusal.Invalid, reason);
        }

        var settings = _pipeline.Settings.With(WithKnownSecret(alert));
        if (settings.Alerts.Length > AlertRules.AlertsMax)
        {
            return new SettingsRefusal(SettingsRefusal.Invalid, $"A metric may have {AlertRules.AlertsMax} alerts.");
        }

        if (await WhenKeptAsync() is { } notNow)
        {
            return notNow;
        }

        if (await SaveAsync(settings) is { } refusal)
        {
            return refusal;
        }

        Use(settings);
        var state = _pipeline.Alerts.Set(settings.Alerts.First(other => other.Name == alert.Name), NowMs);
        state.Look(_pipeline.AlertNumbers);
        return await SaveAsync(state, state.Change(AlertEvents.Defined, NowMs));
    }

    /// <summary>Ends an alert; whoever was told that it is raised is told that it is no more.</summary>
    public async Task<SettingsRefusal?> RemoveAlertAsync(string name)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        var settings = _pipeline.Settings.WithoutAlert(name);
        if (await WhenKeptAsync() is { } notNow)
        {
            return notNow;
        }

        if (await SaveAsync(settings) is { } refusal)
        {
            return refusal;
        }

        Use(settings);
        if (_pipeline.Alerts.Find(name) is not { } state)
        {
            return null;
        }

        _pipeline.Alerts.Remove(name);
        return await SaveAsync(state, state.Change(AlertEvents.Deleted, NowMs));
    }

    /// <summary>The alerts as of now, by name.</summary>
    public async Task<AlertStatus[]> ReadAlertsAsync()
    {
        await EnsureLoadedAsync();
        LookAtAlerts();
        return _pipeline.Alerts.Now;
    }

    /// <summary>The time to look at the alerts has come.</summary>
    public Task OnAlertTimerAsync()
    {
        _alertTimerMs = long.MaxValue;
        LookAtAlerts();
        return Task.CompletedTask;
    }

    /// <summary>Completes when what has happened to the alerts so far is durable.</summary>
    internal Task WhenAlertsKeptAsync() => _keeping;

    private long NowMs => _services.Time.GetUtcNow().ToUnixTimeMilliseconds();

    // A secret is never shown, so whoever changes what he was shown does not have it.
    private AlertDefinition WithKnownSecret(AlertDefinition alert)
    {
        var known = _pipeline.Settings.Alerts.FirstOrDefault(other => other.Name == alert.Name);
        return alert with { Secret = alert.Secret is null && known?.Webhook == alert.Webhook ? known?.Secret : alert.Secret is { Length: 0 } ? null : alert.Secret };
    }

    /// <summary>Goes on with the alerts from where they were.</summary>
    private void BeginAlerts(IReadOnlyList<AlertRecord> records)
    {
        if (_pipeline.Settings.Alerts.Length == 0 || _services.Alerts is not { } services)
        {
            return;
        }

        _alertsFromMs = records.Count > 0 ? NowMs + (services.Options.SettleSeconds * 1000L) : 0;
        foreach (var (alert, record) in _pipeline.Alerts.Restore(_pipeline.Settings.Alerts, records, NowMs))
        {
            Keep(alert, record);
        }

        foreach (var record in records.Where(static record => record.Delivery == AlertDeliveries.Pending))
        {
            Tell(record);
        }

        SetAlertTimer(Math.Max(1, _alertsFromMs - NowMs));
    }

    /// <summary>Looks at the alerts, unless that was just done: then a little later.</summary>
    private void LookAtAlerts()
    {
        if (_pipeline.Alerts.IsEmpty || _services.Alerts is not { } services || _isBroken || _stopping.IsCancellationRequested)
        {
            return;
        }

        var nowMs = NowMs;
        var waitMs = Math.Max(_alertsFromMs - nowMs, _alertsLookedMs + services.Options.LookMs - nowMs);

        // A clock that was set back waits no longer than one that was not.
        if (waitMs > 0 && waitMs <= Math.Max(services.Options.LookMs, services.Options.SettleSeconds * 1000L))
        {
            SetAlertTimer(waitMs);
            return;
        }

        _alertsLookedMs = nowMs;
        foreach (var (alert, record) in _pipeline.Alerts.Look(_pipeline.AlertNumbers))
        {
            Keep(alert, record);
        }

        if (_pipeline.Alerts.NeedTime)
        {
            SetAlertTimer(AlertsEveryMs);
        }
    }

    private void SetAlertTimer(long waitMs)
    {
        var dueMs = NowMs + waitMs;
        if (dueMs < _alertTimerMs)
        {
            _alertTimerMs = dueMs;
            _host.SetAlertTimer(TimeSpan.FromMilliseconds(waitMs));
        }
    }

    /// <summary>Waits until what has happened to the alerts so far is durable: what is decided comes after it.</summary>
    private async Task<SettingsRefusal?> WhenKeptAsync()
    {
        try
        {
            await WhenAlertsKeptAsync().WaitAsync(FlushWaitMax, _services.Time);
            return null;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return new SettingsRefusal(SettingsRefusal.NotNow, $"What became of the alerts of {Key} cannot be entered into their table now; nothing has changed.");
        }
    }

    private async Task<SettingsRefusal?> SaveAsync(AlertState alert, AlertRecord record)
    {
        try
        {
            await Keep(alert, record).WaitAsync(FlushWaitMax, _services.Time);
            LookAtAlerts();
            return null;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return new SettingsRefusal(SettingsRefusal.NotNow, $"Alert '{record.Alert}' of {Key} is saved, and cannot be entered into its table now; it is tried on.");
        }
    }

    /// <summary>Makes a record durable, beside everything else, and then tells of it.</summary>
    private Task Keep(AlertState alert, AlertRecord record)
    {
        var keeping = KeepAsync(alert, record);
        _keeping = _keeping.IsCompleted ? keeping : Task.WhenAll(_keeping, keeping);
        return keeping;
    }

    private async Task KeepAsync(AlertState alert, AlertRecord record)
    {
        for (var failures = 0; ;)
        {
            try
            {
                await _services.Alerts!.Store.SaveAsync(record, CancellationToken.None);
                break;
            }
            catch (ClickHouseException e)
            {
                LogAlertNotKept(e, Key, record.Alert);
                await Task.Delay(Backoff.After(++failures, _services.Random), _services.Time, _stopping.Token);
            }
        }

        if (record.Event is AlertEvents.Raised or AlertEvents.Cleared)
        {
            _services.Alerts.Instruments.Changed(record.IsRaised);
        }

        _pipeline.Alerts.Accept(alert, record);
        Tell(record, alert.Definition);
        NoteChange();
        LookAtAlerts();
    }

    private void Tell(AlertRecord record) => Tell(record, _pipeline.Settings.Alerts.FirstOrDefault(alert => alert.Name == record.Alert));

    private void Tell(AlertRecord record, AlertDefinition? definition)
    {
        if (record.Delivery == AlertDeliveries.Pending && definition?.Webhook is { } webhook)
        {
            _services.Alerts!.Delivery.Take(new AlertMessage(record, webhook, definition.Secret));
        }
    }
}
