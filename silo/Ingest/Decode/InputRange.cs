namespace Analytics.Silo.Ingest.Decode;

/// <summary>One input in a message.</summary>
/// <param name="Index">Its number in the message, from 0; good and bad ones share the count.</param>
/// <param name="Start">First byte in the (decompressed) message.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct InputRange(int Index, int Start, int Length);
