namespace Analytics.Silo.Ingest.Decode;

/// <summary>One input found in a body, and what the decoder will say of it. Its index in the list is its index in the body.</summary>
/// <param name="Start">First byte in the body.</param>
/// <param name="Length">Number of bytes, 1 or more except for <c>message_empty</c>.</param>
/// <param name="MetricIndex">Index for <see cref="EventSplitter.KeyOf"/>, or -1 for a refused input.</param>
/// <param name="Error">Why it is refused; <see langword="null"/> for an event that will become a row.</param>
internal readonly record struct SplitEvent(int Start, int Length, int MetricIndex, InputError? Error);
