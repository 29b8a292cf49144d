namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>A statement's whole answer.</summary>
/// <param name="Bytes">In the format that was asked for; empty when there is none.</param>
/// <param name="Counts">What the engine counted for it.</param>
internal readonly record struct EngineAnswer(byte[] Bytes, EngineCounts Counts);
