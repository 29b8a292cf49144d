namespace Analytics.Silo.Ingest.Decode;

/// <summary>What a message has besides its value.</summary>
/// <param name="Key">Its key; empty when it has none.</param>
/// <param name="Headers">Its headers, as <see cref="Log.LogHeaders"/> has them; empty when it has none.</param>
internal readonly record struct MessageParts(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Headers);
