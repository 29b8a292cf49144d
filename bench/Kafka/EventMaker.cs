using System.Text.Unicode;

namespace Analytics.Bench.Kafka;

/// <summary>
/// Writes events of eight members: a time, a user (10,000 different ones), an amount with cents, a small number, a boolean, a country
/// (26), a session (20 events each) and a page (1,000) that fills the event to its size.
/// </summary>
internal static class EventMaker
{
    /// <summary>The time of the first event, milliseconds since 1970; each event is a millisecond later.</summary>
    public const long FirstMs = 1_795_168_800_000;

    private const int MillisPerDay = 86_400_000;

    /// <summary>Writes an event, bare.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="n">Its number.</param>
    /// <param name="bytes">Its size, 128 or more.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteBare(Span<byte> to, long n, int bytes)
    {
        Utf8.TryWrite(to, $"{{\"ts\":{TimeOf(n)},", out var written);
        return written + WriteFields(to[written..], n, bytes - written);
    }

    /// <summary>Writes an event in an envelope: the same values, the time outside of the fields.</summary>
    public static int WriteEnvelope(Span<byte> to, long n, int bytes, ReadOnlySpan<char> project, ReadOnlySpan<char> metric)
    {
        Utf8.TryWrite(to, $"{{\"project\":\"{project}\",\"metric\":\"{metric}\",\"time\":{TimeOf(n)},\"fields\":{{", out var written);
        const int BareTimeBytes = 20;
        written += WriteFields(to[written..], n, bytes - BareTimeBytes);
        to[written] = (byte)'}';
        return written + 1;
    }

    /// <summary>An event's time.</summary>
    public static long TimeOf(long n) => FirstMs + (n % MillisPerDay);

    private static int WriteFields(Span<byte> to, long n, int bytes)
    {
        var hash = Mix(n);
        var isOk = n % 3 != 0;
        var country = (char)('A' + (hash % 26));
        Utf8.TryWrite(
            to,
            $"\"user\":\"u{hash % 10_000:D6}\",\"amount\":{1000 + (hash % 9000)}.{10 + (hash % 90)},\"quantity\":{n % 10},\"ok\":{(isOk ? "true" : "false")},"
            + $"\"country\":\"{country}X\",\"session\":\"{(uint)Mix(n / 20):x8}\",\"page\":\"/p/{hash % 1000:D3}",
            out var written);
        to[written..(bytes - 2)].Fill((byte)'a');
        "\"}"u8.CopyTo(to[(bytes - 2)..]);
        return bytes;
    }

    // A Fibonacci hash, without the sign: neighbours get values far apart.
    private static long Mix(long n) => (long)(((ulong)n * 0x9E3779B97F4A7C15) >> 20);
}
