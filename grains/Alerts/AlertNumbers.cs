using System.Globalization;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Windows;
using Analytics.Grains.Tables;
using Analytics.Grains.Views;

namespace Analytics.Grains.Alerts;

/// <summary>The numbers of one metric that alerts can be on. Belongs to the actor's turn; nothing is kept.</summary>
/// <param name="live">The metric's live state.</param>
/// <param name="plan">The names of its fields.</param>
/// <param name="views">Its views.</param>
/// <param name="nowMs">UTC milliseconds since 1970.</param>
internal sealed class AlertNumbers(LiveMetric live, TablePlan plan, MetricViews views, long nowMs)
{
    /// <summary>Numbers that a mean is made of, at most: an hour of minutes.</summary>
    public const int RecentMax = 60;

    /// <summary>Numbers that a mean is made of, at least: fewer have no deviation worth the name.</summary>
    public const int RecentMin = 10;

    /// <summary>Earlier days at most: as many as hours are kept of.</summary>
    public const int DaysMax = (EventWindows.HourCount / 24) - 1;

    /// <summary>Earlier days at least.</summary>
    public const int DaysMin = 3;

    private const int MinutesAnHour = 60;

    /// <summary>UTC milliseconds since 1970.</summary>
    public long NowMs => nowMs;

    /// <summary>The number that an alert is on. Of windows it is that of the last whole one; of one that is still filling too, where the alert is raised by more.</summary>
    public AlertNumber Now(AlertDefinition alert) => alert.On.Kind switch
    {
        AlertSubjectKind.Total when alert.Deviations is not null => new(WindowOf(live.Windows.Minutes, false), "new events of the last minute"),
        AlertSubjectKind.Total => new(live.Total, "total"),
        AlertSubjectKind.RateSecond => new(live.Seconds.SumBefore(nowMs, 1), "events a second"),
        AlertSubjectKind.RateMinute => new(live.Seconds.SumBefore(nowMs, 60), "events a minute"),
        AlertSubjectKind.WindowMinute => new(WindowOf(live.Windows.Minutes, alert.Above is not null), "events of a minute"),
        AlertSubjectKind.WindowHour => new(WindowOf(live.Windows.Hours, alert.Above is not null), "events of an hour"),
        AlertSubjectKind.Field => new(FieldOf(alert.On), $"{alert.On.Value} of {alert.On.Name}"),
        _ => ViewOf(alert),
    };

    /// <summary>What the number usually is; <see langword="null"/> while too little is known.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="samples">What a field's number was each minute before.</param>
    public AlertNorm? Norm(AlertDefinition alert, IReadOnlyCollection<double> samples)
    {
        var isOfEvents = alert.On.Kind is not (AlertSubjectKind.Field or AlertSubjectKind.View);
        double[] numbers = alert switch
        {
            { Against: AlertBaseline.EarlierDays } when isOfEvents => [.. EarlierDays(alert.On.Kind)],
            { On.Kind: AlertSubjectKind.RateSecond } => [.. EarlierSeconds()],
            { On.Kind: AlertSubjectKind.WindowHour } => [.. Earlier(live.Windows.Hours)],
            { On.Kind: AlertSubjectKind.Field } => [.. samples],
            { On.Kind: AlertSubjectKind.View } => [.. EarlierWindows(alert.On)],
            _ => [.. Earlier(live.Windows.Minutes)],
        };
        return numbers.Length >= (alert.Against == AlertBaseline.EarlierDays ? DaysMin : RecentMin) ? AlertNorm.Of(numbers, isOfEvents) : null;
    }

    private double WindowOf(CountRing ring, bool isRunningToo)
    {
        live.Windows.Advance();
        var running = ring.SlotOf(nowMs);
        return Math.Max(ring[running - 1], isRunningToo ? ring[running] : 0);
    }

    private double? FieldOf(AlertSubject subject)
    {
        var index = plan.IndexOf(subject.Name!);
        if (index < 0 || index >= live.Fields.Count)
        {
            return null;
        }

        var conflicts = live.Extra.GetValueOrDefault(subject.Name!);
        var field = live.Fields[index].Describe(new FieldSnapshot
        {
            Name = subject.Name!,
            Type = string.Empty,
            Count = live.Fields[index].Count,
            Null = live.Total - live.Fields[index].Count - conflicts,
            Conflicts = conflicts,
        });
        return subject.Value switch
        {
            "count" => field.Count,
            "null" => field.Null,
            "conflicts" => field.Conflicts,
            "unique" => field.Unique,
            "min" => NumberOf(field.Min),
            "max" => NumberOf(field.Max),
            "sum" => NumberOf(field.Sum),
            "avg" => NumberOf(field.Avg),
            "p50" => NumberOf(field.P50),
            "p90" => NumberOf(field.P90),
            _ => NumberOf(field.P99),
        };
    }

    private AlertNumber ViewOf(AlertDefinition alert)
    {
        var of = $"{alert.On.Value} of view {alert.On.Name}";
        if (views.DefinitionOf(alert.On.Name!) is not { } view || view.Aggregates.ToList().FindIndex(aggregate => aggregate.Name == alert.On.Value) is not (>= 0 and var index))
        {
            return new AlertNumber(null, of);
        }

        var whole = LastWhole(view);
        var found = GroupOf(view, index, alert, views.ReadWindow(view.Name, whole));
        if (alert.Above is not null && GroupOf(view, index, alert, views.ReadWindow(view.Name, whole + view.EveryMs)) is { Value: { } running } more && !(found.Value >= running))
        {
            found = more;
        }

        return new AlertNumber(found.Value, found.Row is { Group.Length: > 0 } row ? $"{of} for {string.Join(", ", row.Group.Select(static value => value?.Text ?? "null"))}" : of);
    }

    // The group that is asked for, or of all the one that is farthest out.
    private static (double? Value, ViewRow? Row) GroupOf(ViewDefinition view, int aggregate, AlertDefinition alert, ViewWindow? window)
    {
        var rows = (window?.Rows ?? []).Where(row => alert.On.Group is not { } group ? !row.IsOther || view.GroupBy.Count == 0 : !row.IsOther && IsGroup(row, group))
            .Select(row => (Value: NumberOf(row.Values[aggregate]), Row: (ViewRow?)row)).Where(static row => row.Value is not null).DefaultIfEmpty();
        var found = alert.Below is not null ? rows.MinBy(static row => row.Value) : rows.MaxBy(static row => row.Value);

        // Nothing counts and sums to zero, where it is known what would.
        return found.Row is null && (view.GroupBy.Count == 0 || alert.On.Group is not null) && view.Aggregates[aggregate].Kind is ViewAggregateKind.Count or ViewAggregateKind.Sum
            ? (0, null)
            : found;
    }

    private static bool IsGroup(ViewRow row, string?[] group)
    {
        for (var i = 0; i < group.Length; i++)
        {
            if (row.Group[i]?.Text != group[i])
            {
                return false;
            }
        }

        return true;
    }

    private long LastWhole(ViewDefinition view) => TimeSlot.Of(nowMs - view.WindowMs, view.EveryMs) * view.EveryMs;

    private IEnumerable<double> EarlierWindows(AlertSubject subject)
    {
        if (views.DefinitionOf(subject.Name!) is not { } view)
        {
            yield break;
        }

        var alert = new AlertDefinition { Name = string.Empty, On = subject };
        var index = view.Aggregates.ToList().FindIndex(aggregate => aggregate.Name == subject.Value);
        var last = LastWhole(view);
        for (var start = last - view.EveryMs; index >= 0 && start > last - ((ViewState.WindowsKept - 1) * view.EveryMs) && start >= views.FirstOf(view.Name); start -= view.EveryMs)
        {
            if (GroupOf(view, index, alert, views.ReadWindow(view.Name, start)).Value is { } value)
            {
                yield return value;
            }
        }
    }

    // Since the metric has been there: before, nothing is no number.
    private IEnumerable<double> Earlier(CountRing ring)
    {
        live.Windows.Advance();
        var last = ring.SlotOf(nowMs) - 1;
        var first = Math.Max(Math.Max(ring.FirstKept(nowMs), last - RecentMax), ring.SlotOf(live.FirstMs ?? nowMs) + 1);
        for (var slot = first; slot < last; slot++)
        {
            yield return ring[slot];
        }
    }

    private IEnumerable<double> EarlierSeconds()
    {
        for (var back = 1; back <= RecentMax && nowMs - ((back + 2) * 1000L) >= live.FirstMs; back++)
        {
            yield return live.Seconds.SumBefore(nowMs - (back * 1000L), 1);
        }
    }

    // The same hour of each day. Minutes and seconds are its part of that: they are not kept for days.
    private IEnumerable<double> EarlierDays(AlertSubjectKind kind)
    {
        live.Windows.Advance();
        var hours = live.Windows.Hours;
        var (lengthMs, parts) = kind switch { AlertSubjectKind.WindowHour => (3_600_000, 1), AlertSubjectKind.RateSecond => (1_000, 3_600), _ => (60_000, MinutesAnHour) };
        var hour = hours.SlotOf(nowMs - lengthMs);
        for (var days = 1; days <= DaysMax && hour - (days * 24) > hours.SlotOf(live.FirstMs ?? nowMs); days++)
        {
            yield return (double)hours[hour - (days * 24)] / parts;
        }
    }

    private static double? NumberOf(JsonScalar? value) =>
        value is { } scalar && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
