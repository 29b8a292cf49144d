namespace Analytics.Grains.ClickHouse;

/// <summary>Why an insert is wanted now: decides who goes first, see <see cref="InsertScheduler"/>.</summary>
public enum InsertUrgency
{
    /// <summary>A buffer has reached its rows or bytes: memory is waiting, and the insert is as large as it gets. Goes first.</summary>
    Full = 0,

    /// <summary>Somebody waits for the rows: a query, or a stop. Goes first too.</summary>
    Asked = 1,

    /// <summary>The oldest buffered row has reached the interval. Goes when nobody above waits, those with most rows times seconds of waiting
    /// first: the longer one waits, the larger its insert.</summary>
    Aged = 2,
}
