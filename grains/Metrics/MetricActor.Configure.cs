using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <content>What somebody decides for the metric.</content>
internal sealed partial class MetricActor
{
    /// <summary>What is decided, whether the metric has had an event or not.</summary>
    public async Task<MetricSettings> GetSettingsAsync()
    {
        await EnsureLoadedAsync();
        return _pipeline.Settings;
    }

    /// <summary>Decides how fields become columns, for the events that come from now on.</summary>
    /// <returns>Why the settings are not taken; <see langword="null"/> when they are, and are durable.</returns>
    public async Task<SettingsRefusal?> SetSchemaAsync(SchemaSettings schema)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if (_pipeline.WhyNot(schema) is { } refusal)
        {
            return refusal;
        }

        // First durable, then used: what an activation decides by it, the next one decides in the same way.
        var settings = _pipeline.Settings with { Schema = schema };
        return await SaveAsync(settings) ?? Use(settings);
    }

    /// <summary>Decides how long rows are kept.</summary>
    /// <param name="policy">The policy; <see langword="null"/> for the project's.</param>
    /// <returns>Why it is not taken; <see langword="null"/> when it is.</returns>
    public async Task<SettingsRefusal?> SetRetentionAsync(RetentionPolicy? policy)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if (policy is not null && SettingsCheck.WhyNot(policy) is { } refusal)
        {
            return refusal;
        }

        var settings = _pipeline.Settings with { Retention = policy };
        return await ApplyRetentionAsync(settings.Retention ?? _pipeline.ProjectRetention) ?? await SaveAsync(settings) ?? Use(settings);
    }

    /// <summary>Takes over its project's policy.</summary>
    /// <param name="policy">It; <see langword="null"/> when the project has none.</param>
    /// <returns>Why the table could not be told; <see langword="null"/> when it was, or goes by a policy of its own.</returns>
    public async Task<SettingsRefusal?> FollowProjectAsync(RetentionPolicy? policy)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        _pipeline.ProjectRetention = policy;
        return await ApplyRetentionAsync(_pipeline.Settings.Retention ?? policy);
    }

    /// <summary>Looks whether the table has changed where no block comes that would: what is found counts for the read after this one.</summary>
    private void LookForChanges()
    {
        if (_snapshots.MayHaveChanged && _pipeline.IsDrained && _flushing.IsCompleted && !_isBroken)
        {
            _flushing = LookAsync();
        }
    }

    private async Task LookAsync()
    {
        if (!await _snapshots.LookAsync(_stopping.Token))
        {
            _host.Leave();
        }
    }

    private SettingsRefusal? Use(MetricSettings settings)
    {
        _pipeline.Use(settings);
        return null;
    }

    private async Task<SettingsRefusal?> SaveAsync(MetricSettings settings)
    {
        try
        {
            await _pipeline.SaveAsync(settings, _stopping.Token);
            return null;
        }
        catch (ClickHouseException e)
        {
            LogSettingsNotSaved(e, Key);
            return new SettingsRefusal(SettingsRefusal.NotNow, $"The settings of {Key} could not be saved: {e.Message}");
        }
    }

    /// <summary>Tells the table, between two inserts.</summary>
    private async Task<SettingsRefusal?> ApplyRetentionAsync(RetentionPolicy? policy)
    {
        SettingsRefusal? refusal = null;
        try
        {
            await BetweenBlocksAsync(async () => refusal = await _pipeline.ApplyRetentionAsync(policy ?? RetentionPolicy.Forever, _stopping.Token));
            return refusal;
        }
        catch (ClickHouseException e)
        {
            LogRetentionNotApplied(e, Key);
            return new SettingsRefusal(SettingsRefusal.NotNow, $"The table of {Key} could not be changed: {e.Message}");
        }
    }

    /// <summary>Does something with the table while no block is being written, and no block is begun.</summary>
    private async Task BetweenBlocksAsync(Func<Task> work)
    {
        while (!_flushing.IsCompleted)
        {
            await _flushing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        ThrowIfBroken();
        var working = work();
        _flushing = EndAsync(working);
        try
        {
            await working;
        }
        finally
        {
            ScheduleFlush();
        }
    }

    private static async Task EndAsync(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
}
