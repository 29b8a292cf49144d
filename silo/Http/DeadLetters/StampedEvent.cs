namespace Analytics.Silo.Http.DeadLetters;

/// <summary>An event of a dead letter, ready for the log.</summary>
/// <param name="Key">Its <c>project/metric</c>, UTF-8.</param>
/// <param name="Id">Its id, its own or one made of the letter's position.</param>
/// <param name="Json">The event with its envelope, id and time.</param>
internal sealed record StampedEvent(byte[] Key, string Id, byte[] Json);
