namespace Analytics.Grains.ClickHouse;

/// <summary>No server took the statement, or none answered it: nothing is wrong with the statement itself, and later it may go through.</summary>
public sealed class ClickHouseAwayException : ClickHouseException
{
    /// <summary>Describes what happened.</summary>
    /// <param name="message">Which server, and what it did.</param>
    /// <param name="isOutcomeUnknown">Whether the statement may have taken effect all the same.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    public ClickHouseAwayException(string message, bool isOutcomeUnknown = false, Exception? inner = null)
        : base(0, message, isOutcomeUnknown, inner)
    {
    }

    /// <summary>Whether the statement's time is used up.</summary>
    public bool HasTimedOut { get; init; }
}
