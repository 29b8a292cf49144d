namespace Analytics.Silo.Log;

/// <summary>The log could not do what was asked of it (I/O, corruption, an unreachable broker).</summary>
public class EventLogException : Exception
{
    /// <summary>Describes one failure.</summary>
    public EventLogException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
