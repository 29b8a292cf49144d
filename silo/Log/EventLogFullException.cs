namespace Analytics.Silo.Log;

/// <summary>The log is at its size limit and holds nothing that may go: try again later.</summary>
public sealed class EventLogFullException : EventLogException
{
    /// <summary>Describes the limit that was reached.</summary>
    public EventLogFullException(string message)
        : base(message)
    {
    }
}
