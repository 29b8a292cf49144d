namespace Analytics.Silo.Log;

/// <summary>The log takes no record of this size, ever: trying again is of no use.</summary>
public sealed class EventLogRecordTooLargeException : EventLogException
{
    /// <summary>Describes the limit.</summary>
    public EventLogRecordTooLargeException(string message)
        : base(message)
    {
    }
}
