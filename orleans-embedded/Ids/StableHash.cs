namespace Orleans.Runtime;

/// <summary>A hash that is the same in every process: FNV-1a with a final mix, so that short keys differ in their high bits too.</summary>
internal static class StableHash
{
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var hash = 2166136261u;
        foreach (var b in data)
        {
            hash = (hash ^ b) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
        return hash ^ (hash >> 16);
    }
}
