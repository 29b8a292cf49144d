using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Views;
using Analytics.Grains.Views.Sinks;

namespace Analytics.Grains.Metrics;

/// <content>Its views.</content>
internal sealed partial class MetricActor
{
    /// <summary>Makes a view, or another one of the same name.</summary>
    /// <returns>Why it is not taken; <see langword="null"/> when it is, and is durable.</returns>
    public async Task<SettingsRefusal?> SetViewAsync(ViewDefinition view)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if ((ViewRules.WhyNot(view, _pipeline.TypeOf) ?? SinkRules.WhyNot(view, _services.Sinks)) is { } reason)
        {
            return new SettingsRefusal(SettingsRefusal.Invalid, reason);
        }

        view = view with { SinceMs = SinceOf(view) };
        var settings = _pipeline.Settings.With(view);
        if (settings.Views.Length > ViewRules.ViewsMax)
        {
            return new SettingsRefusal(SettingsRefusal.Invalid, $"A metric may have {ViewRules.ViewsMax} views.");
        }

        if (await SaveAsync(settings) is { } refusal)
        {
            return refusal;
        }

        Use(settings);
        var made = await MakeViewAsync(view);
        FollowSinks();
        return made;
    }

    /// <summary>Ends a view.</summary>
    public async Task<SettingsRefusal?> RemoveViewAsync(string name)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        var settings = _pipeline.Settings.Without(name);
        if (await SaveAsync(settings) is { } refusal)
        {
            return refusal;
        }

        _pipeline.Views.Remove(name);
        Use(settings);
        FollowSinks();
        return null;
    }

    /// <summary>A view's newest windows; <see langword="null"/> when there is no such view.</summary>
    public async Task<ViewSnapshot?> ReadViewAsync(string name)
    {
        await EnsureLoadedAsync();
        return ReadView(name);
    }

    // Its rows are the table's: what is taken has to be there. This is a turn, so nothing is taken meanwhile.
    private async Task<SettingsRefusal?> MakeViewAsync(ViewDefinition view)
    {
        try
        {
            await FlushAsync();
            await BetweenBlocksAsync(() => _pipeline.MakeViewAsync(view, _stopping.Token));
            return null;
        }
        catch (Exception e) when (e is ClickHouseException or TimeoutException)
        {
            // It is decided; the next activation makes it.
            return new SettingsRefusal(SettingsRefusal.NotNow, $"View '{view.Name}' of {Key} is saved, and cannot be filled from the table now: {e.Message}");
        }
    }
}
