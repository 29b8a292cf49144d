namespace Analytics.Silo.Http.DeadLetters;

/// <summary>A dead letter on its way back: which of its events still have to go into the log, and whether that went wrong.</summary>
/// <param name="head">The letter.</param>
/// <param name="events">Its events, all of them good.</param>
internal sealed class ReplayedLetter(LetterHead head, List<StampedEvent> events)
{
    /// <summary>The letter.</summary>
    public LetterHead Head => head;

    /// <summary>Events that are not known to be in their table.</summary>
    public List<StampedEvent> Events => events;

    /// <summary>Whether an event of it may not be in the log.</summary>
    public bool HasFailed { get; set; }
}
