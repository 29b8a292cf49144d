namespace Analytics.Silo.Http.Collect;

/// <summary>The checksum of RFC 1950.</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    // The largest n with 255 n (n + 1) / 2 + (n + 1) (65521 - 1) below 2^32: so many bytes are summed before a remainder is needed.
    private const int RunBytes = 5552;

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint low = 1;
        uint high = 0;
        while (!bytes.IsEmpty)
        {
            var run = bytes[..Math.Min(RunBytes, bytes.Length)];
            foreach (var b in run)
            {
                low += b;
                high += low;
            }

            low %= Modulus;
            high %= Modulus;
            bytes = bytes[run.Length..];
        }

        return (high << 16) | low;
    }
}
