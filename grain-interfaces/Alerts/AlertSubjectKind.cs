namespace Analytics.GrainInterfaces.Alerts;

/// <summary>Which number of a metric an alert is on.</summary>
public enum AlertSubjectKind
{
    /// <summary>Events taken.</summary>
    Total,

    /// <summary>Events received in the last whole second.</summary>
    RateSecond,

    /// <summary>Events received in the last 60 whole seconds.</summary>
    RateMinute,

    /// <summary>A live number of a field, as <c>p99</c>.</summary>
    Field,

    /// <summary>Events of a minute, by their own time.</summary>
    WindowMinute,

    /// <summary>Events of an hour, by their own time.</summary>
    WindowHour,

    /// <summary>An aggregate of a view.</summary>
    View,
}
