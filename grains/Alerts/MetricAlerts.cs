using Analytics.GrainInterfaces.Alerts;

namespace Analytics.Grains.Alerts;

/// <summary>A metric's alerts. Belongs to the actor's turn.</summary>
/// <param name="project">The project.</param>
/// <param name="metric">The metric.</param>
internal sealed class MetricAlerts(string project, string metric)
{
    private static readonly AlertStatus[] None = [];

    private readonly SortedDictionary<string, AlertState> _alerts = new(StringComparer.Ordinal);
    private AlertStatus[] _changed = None;

    /// <summary>Whether there are none: nothing is to be done then.</summary>
    public bool IsEmpty => _alerts.Count == 0;

    /// <summary>Whether time alone can change one of them.</summary>
    public bool NeedTime => _alerts.Values.Any(static alert => alert.NeedsTime);

    /// <summary>All of them, each as of its last change. The same array until one changes.</summary>
    public AlertStatus[] Changed => _changed;

    /// <summary>All of them as of now, by name.</summary>
    public AlertStatus[] Now => [.. _alerts.Values.Select(static alert => alert.Now)];

    /// <summary>Begins with what is decided, from where an earlier activation was.</summary>
    /// <param name="definitions">The alerts.</param>
    /// <param name="records">What their table says of them, the older first.</param>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    /// <returns>Those that the table does not know, to be saved.</returns>
    public IReadOnlyList<(AlertState Alert, AlertRecord Record)> Restore(IEnumerable<AlertDefinition> definitions, IReadOnlyList<AlertRecord> records, long nowMs)
    {
        var unknown = new List<(AlertState, AlertRecord)>();
        foreach (var definition in definitions)
        {
            var alert = _alerts[definition.Name] = new AlertState(project, metric, definition, nowMs);
            AlertRecord? last = null;
            foreach (var record in records.Where(record => record.Alert == definition.Name))
            {
                alert.Restore(record);
                last = record;
            }

            if (last is null || last.Event == AlertEvents.Deleted)
            {
                unknown.Add((alert, alert.Change(AlertEvents.Defined, nowMs)));
            }
        }

        NoteChange();
        return unknown;
    }

    /// <summary>An alert from now on, new or in place of one of the same name.</summary>
    public AlertState Set(AlertDefinition definition, long nowMs)
    {
        if (_alerts.TryGetValue(definition.Name, out var alert))
        {
            alert.Become(definition);
            return alert;
        }

        return _alerts[definition.Name] = new AlertState(project, metric, definition, nowMs);
    }

    /// <summary>The alert of a name; <see langword="null"/> when there is none.</summary>
    public AlertState? Find(string name) => _alerts.GetValueOrDefault(name);

    /// <summary>Ends an alert.</summary>
    public void Remove(string name)
    {
        _alerts.Remove(name);
        NoteChange();
    }

    /// <summary>Looks at the numbers.</summary>
    /// <returns>What has changed, to be saved.</returns>
    public IReadOnlyList<(AlertState Alert, AlertRecord Record)> Look(AlertNumbers numbers)
    {
        List<(AlertState, AlertRecord)>? changed = null;
        foreach (var alert in _alerts.Values)
        {
            if (!alert.IsSaving && alert.Look(numbers))
            {
                (changed ??= []).Add((alert, alert.Change(alert.IsRaised ? AlertEvents.Cleared : AlertEvents.Raised, numbers.NowMs)));
            }
        }

        return changed ?? [];
    }

    /// <summary>A record is durable.</summary>
    public void Accept(AlertState alert, AlertRecord record)
    {
        alert.Accept(record);
        NoteChange();
    }

    private void NoteChange() =>
        _changed = _alerts.Count == 0 ? None : [.. _alerts.Values.Select(static alert => alert.Changed).Where(static changed => changed is not null)];
}
