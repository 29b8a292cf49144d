using System.Globalization;
using Analytics.GrainInterfaces.Alerts;
using Analytics.Grains.Query;

namespace Analytics.Grains.Alerts;

/// <summary>
/// One alert: whether it is raised, and whether that is about to change. What is about to change counts once it is durable. Belongs to the actor's turn.
/// </summary>
internal sealed class AlertState
{
    private const long SampleEveryMs = 60_000;

    private readonly string _project;
    private readonly string _metric;
    private readonly Queue<double> _samples = new();
    private long _sampledMs;
    private long? _otherSinceMs;
    private double? _value;
    private double? _threshold;
    private string _message = "nothing has been looked at yet";
    private string _text;

    /// <summary>An alert that is not raised.</summary>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    public AlertState(string project, string metric, AlertDefinition definition, long nowMs)
    {
        _project = project;
        _metric = metric;
        Definition = definition;
        _text = AlertJson.TextOf(definition);
        SinceMs = nowMs;
    }

    /// <summary>What it is.</summary>
    public AlertDefinition Definition { get; private set; }

    /// <summary>Whether it is raised.</summary>
    public bool IsRaised { get; private set; }

    /// <summary>Since when it is or is not.</summary>
    public long SinceMs { get; private set; }

    /// <summary>The number of its last record.</summary>
    public long Number { get; private set; }

    /// <summary>Whether a record of it is not durable yet: it is not looked at meanwhile.</summary>
    public bool IsSaving { get; private set; }

    /// <summary>Whether time alone can change it.</summary>
    public bool NeedsTime =>
        _otherSinceMs is not null || Definition.On.Kind is not (AlertSubjectKind.Total or AlertSubjectKind.Field) || Definition.Deviations is not null;

    /// <summary>As of its last change.</summary>
    public AlertStatus Changed { get; private set; } = null!;

    /// <summary>As of now.</summary>
    public AlertStatus Now => new(_project, _metric, Definition.WithoutSecret(), IsRaised, SinceMs, _value, _threshold, _message);

    /// <summary>Goes on from where an earlier activation was.</summary>
    public void Restore(AlertRecord record)
    {
        Number = Math.Max(Number, record.Number);
        if (record.Event != AlertEvents.Deleted)
        {
            (IsRaised, SinceMs, _value, _threshold, _message) = (record.IsRaised, record.SinceMs, record.Value, record.Threshold, record.Message);
        }

        Changed = Now;
    }

    /// <summary>Is another one from now on, in the same state.</summary>
    public void Become(AlertDefinition definition)
    {
        if (definition.On != Definition.On || definition.Deviations is null != Definition.Deviations is null)
        {
            _samples.Clear();
        }

        Definition = definition;
        _text = AlertJson.TextOf(definition);
        _otherSinceMs = null;
    }

    /// <summary>Looks at the number, and whether the alert has to change.</summary>
    /// <returns>Whether it has: <see cref="Change"/> says what is to be saved.</returns>
    public bool Look(AlertNumbers numbers)
    {
        var number = numbers.Now(Definition);
        var isAnomaly = Definition.Deviations is not null;
        var norm = isAnomaly ? numbers.Norm(Definition, _samples) : null;
        Sample(number.Value, numbers.NowMs);
        _value = number.Value;
        if (isAnomaly && norm is null)
        {
            (_threshold, _message) = (null, $"too little is known of {number.Of} to tell what is unusual");
            return false;
        }

        var isOther = IsRaised ? !IsBeyond(number.Value, norm, Definition.Clear) : IsBeyond(number.Value, norm, null);
        _threshold = ThresholdOf(number.Value, norm);
        _message = MessageOf(number, norm);
        if (!isOther)
        {
            _otherSinceMs = null;
            return false;
        }

        _otherSinceMs ??= numbers.NowMs;
        return numbers.NowMs - _otherSinceMs >= Definition.ForMs;
    }

    /// <summary>A record of what happens to it. It counts from <see cref="Accept"/> on.</summary>
    /// <param name="what">One of <see cref="AlertEvents"/>.</param>
    /// <param name="nowMs">UTC milliseconds since 1970.</param>
    public AlertRecord Change(string what, long nowMs)
    {
        IsSaving = true;
        Number = Math.Max(nowMs, Number + 1);
        var isRaised = what == AlertEvents.Raised || (what == AlertEvents.Defined && IsRaised);
        var isTold = Definition.Webhook is not null && (what is AlertEvents.Raised or AlertEvents.Cleared || (what == AlertEvents.Deleted && IsRaised));
        return new AlertRecord
        {
            Project = _project,
            Metric = _metric,
            Alert = Definition.Name,
            Number = Number,
            Event = what,
            IsRaised = isRaised,
            SinceMs = isRaised == IsRaised ? SinceMs : nowMs,
            TimeMs = nowMs,
            Value = _value,
            Threshold = _threshold,
            Message = what == AlertEvents.Deleted ? "the alert was ended" : _message,
            Definition = _text,
            Delivery = isTold ? AlertDeliveries.Pending : AlertDeliveries.None,
        };
    }

    /// <summary>A record is durable.</summary>
    public void Accept(AlertRecord record)
    {
        IsSaving = false;
        _otherSinceMs = null;
        (IsRaised, SinceMs) = (record.IsRaised, record.SinceMs);
        Changed = new AlertStatus(_project, _metric, Definition.WithoutSecret(), IsRaised, SinceMs, record.Value, record.Threshold, record.Message);
    }

    // Once a minute, and only where nothing else tells what a number was.
    private void Sample(double? value, long nowMs)
    {
        if (value is not { } number || Definition.Deviations is null || Definition.On.Kind != AlertSubjectKind.Field || nowMs - _sampledMs < SampleEveryMs)
        {
            return;
        }

        _sampledMs = nowMs;
        _samples.Enqueue(number);
        if (_samples.Count > AlertNumbers.RecentMax)
        {
            _samples.Dequeue();
        }
    }

    private bool IsBeyond(double? value, AlertNorm? norm, double? clear) => value is { } number && Definition switch
    {
        { Above: { } above } => number > (clear ?? above),
        { Below: { } below } => number < (clear ?? below),
        _ => Math.Abs(number - norm!.Value.Mean) > (clear ?? Definition.Deviations!.Value) * norm.Value.Deviation,
    };

    private double? ThresholdOf(double? value, AlertNorm? norm) =>
        Definition.Above ?? Definition.Below ?? (norm is { } usual ? usual.Mean + (Definition.Deviations!.Value * usual.Deviation * (value < usual.Mean ? -1 : 1)) : null);

    private string MessageOf(AlertNumber number, AlertNorm? norm)
    {
        if (number.Value is not { } value)
        {
            return $"{number.Of} has no value";
        }

        var than = Definition switch
        {
            { Above: { } above } => $"{(value > above ? "above" : "not above")} {Text(above)}",
            { Below: { } below } => $"{(value < below ? "below" : "not below")} {Text(below)}",
            _ => $"{Text(Math.Abs(value - norm!.Value.Mean) / norm.Value.Deviation)} deviations from {Text(norm.Value.Mean)}, {(Definition.Against == AlertBaseline.Recent ? "its recent mean" : "its mean at this hour of earlier days")}",
        };
        return $"{number.Of} is {Text(value)}, {than}{(Definition.ForMs > 0 ? $", for {SeriesStep.TextOf(Definition.ForMs)}" : string.Empty)}";
    }

    private static string Text(double number) => Math.Round(number, 3).ToString("R", CultureInfo.InvariantCulture);
}
