using System.Buffers;
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Appends the events of dead letters to the log, a metric's together in records as the collector makes them.</summary>
internal sealed class ReplayAppender(IEventLog log, LimitsOptions limits, TimeProvider time)
{
    // Comma and closing bracket.
    private const int PunctuationBytes = 2;

    /// <summary>Appends all events and waits for all of them. Letters whose events are not all durable are marked as failed.</summary>
    /// <returns><see langword="null"/>, or the first failure of the log.</returns>
    public async Task<Exception?> AppendAsync(IEnumerable<ReplayedLetter> letters)
    {
        var receivedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var failures = await Task.WhenAll(Cut(letters).Select(record => AppendAsync(record, receivedMs)));
        return Array.Find(failures, failure => failure is not null);
    }

    private IEnumerable<Record> Cut(IEnumerable<ReplayedLetter> letters)
    {
        var events = letters.SelectMany(letter => letter.Events, (letter, one) => (Letter: letter, Event: one));
        foreach (var metric in events.GroupBy(pair => Encoding.UTF8.GetString(pair.Event.Key), StringComparer.Ordinal))
        {
            Record? record = null;
            foreach (var (letter, one) in metric)
            {
                if (record is not null && record.Value.WrittenCount + one.Json.Length + PunctuationBytes > limits.RecordBytesMax)
                {
                    yield return record;
                    record = null;
                }

                record ??= new Record(one.Key);
                record.Value.Write(record.Letters.Count == 0 ? "["u8 : ","u8);
                record.Value.Write(one.Json);
                record.Letters.Add(letter);
            }

            if (record is not null)
            {
                yield return record;
            }
        }
    }

    // No cancellation: whether a record that was given up on is in the log would not be known.
    private async Task<Exception?> AppendAsync(Record record, long receivedMs)
    {
        record.Value.Write("]"u8);
        try
        {
            var partition = PartitionHash.PartitionOf(record.Key, log.WritablePartitions);
            await log.AppendAsync(partition, new LogRecord(record.Key, record.Value.WrittenMemory, receivedMs), CancellationToken.None);
            return null;
        }
        catch (Exception exception) when (exception is EventLogException or ObjectDisposedException)
        {
            record.Letters.ForEach(letter => letter.HasFailed = true);
            return exception;
        }
    }

    private sealed record Record(byte[] Key)
    {
        public ArrayBufferWriter<byte> Value { get; } = new();

        public List<ReplayedLetter> Letters { get; } = [];
    }
}
