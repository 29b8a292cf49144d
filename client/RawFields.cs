namespace Analytics.Client;

/// <summary>Fields that are JSON already: an event that waits keeps what its fields were when it was tracked, whatever becomes of the object.</summary>
/// <param name="Json">One JSON object, UTF-8.</param>
internal sealed record RawFields(ReadOnlyMemory<byte> Json);
