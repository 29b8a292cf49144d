namespace Orleans.Runtime;

/// <summary>The enumerations that callers have open in an activation. Only its turns touch them.</summary>
internal sealed partial class Activation
{
    private Dictionary<Guid, IEnumeration>? _enumerations;
    private IGrainTimer? _enumerationTimer;

    public void AddEnumeration(Guid id, IEnumeration enumeration)
    {
        (_enumerations ??= []).Add(id, enumeration);
        var period = Silo.ResponseTimeout;
        _enumerationTimer ??= RegisterTimer(
            static (activation, _) => activation.EndForgottenEnumerationsAsync(), this, new(period, period) { Interleave = true });
    }

    public IEnumeration? FindEnumeration(Guid id) => _enumerations?.GetValueOrDefault(id);

    public async Task EndEnumerationAsync(Guid id)
    {
        if (_enumerations?.Remove(id, out var enumeration) == true)
        {
            await enumeration.EndAsync();
        }

        if (_enumerations is { Count: 0 })
        {
            _enumerationTimer?.Dispose();
            _enumerationTimer = null;
        }
    }

    /// <summary>A caller that went away without disposing asks for nothing any more.</summary>
    private async Task EndForgottenEnumerationsAsync()
    {
        foreach (var (id, enumeration) in _enumerations!.ToArray())
        {
            if (enumeration.IsForgotten())
            {
                await EndEnumerationAsync(id);
            }
        }
    }

    private void AbortEnumerations() => Scheduler.Queue(() =>
    {
        foreach (var enumeration in _enumerations?.Values.ToArray() ?? [])
        {
            enumeration.Abort();
        }
    });

    private async Task DisposeEnumerationsAsync()
    {
        foreach (var id in _enumerations?.Keys.ToArray() ?? [])
        {
            await EndEnumerationAsync(id);
        }
    }
}
