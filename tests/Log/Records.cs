using System.Text;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Log;

/// <summary>Makes records and reads them back.</summary>
internal static class Records
{
    public static LogRecord Text(string key, string value, long timestampMs = 1_700_000_000_000) =>
        new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), timestampMs);

    /// <summary>A record with a value of so many bytes, the same for the same seed.</summary>
    public static LogRecord Random(int seed, int valueBytes, long timestampMs = 1_700_000_000_000)
    {
        var value = new byte[valueBytes];
        new Random(seed).NextBytes(value);
        return new LogRecord(Encoding.UTF8.GetBytes($"key/{seed}"), value, timestampMs);
    }

    public static string ValueText(this LogEntry entry) => Encoding.UTF8.GetString(entry.Record.Value.Span);

    /// <summary>Appends one after the other.</summary>
    public static async Task<List<long>> AppendAllAsync(this IEventLog log, int partition, IEnumerable<LogRecord> records)
    {
        var offsets = new List<long>();
        foreach (var record in records)
        {
            offsets.Add(await log.AppendAsync(partition, record, Deadline.Token()));
        }

        return offsets;
    }

    /// <summary>Reads that many records, copied, and fails when they do not come.</summary>
    public static async Task<List<LogEntry>> ReadAsync(this IEventLog log, int partition, long offset, int count, int bytesMax = 64 * 1024)
    {
        await using var reader = log.OpenReader(partition, offset);
        var entries = new List<LogEntry>();
        while (entries.Count < count)
        {
            foreach (var entry in await reader.ReadAsync(bytesMax, Deadline.Token()))
            {
                entries.Add(entry.Copy());
            }
        }

        return entries;
    }

    public static LogEntry Copy(this LogEntry entry) =>
        new(entry.Offset, new LogRecord(entry.Record.Key.ToArray(), entry.Record.Value.ToArray(), entry.Record.TimestampMs) { Headers = entry.Record.Headers.ToArray() });

    public static void AssertSame(LogRecord expected, LogRecord actual)
    {
        Assert.Equal(expected.TimestampMs, actual.TimestampMs);
        Assert.True(expected.Key.Span.SequenceEqual(actual.Key.Span), "the key is another one");
        Assert.True(expected.Value.Span.SequenceEqual(actual.Value.Span), "the value is another one");
    }
}
