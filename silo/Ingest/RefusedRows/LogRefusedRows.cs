using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.RefusedRows;

/// <summary>
/// Appends rows that a table refuses to the log, as inputs that are dead letters already (<c>row_refused</c>): to the partition they came from, or,
/// where that is somebody else's topic, to one of ours. Unlike an
/// input that was never accepted, a row keeps all of its bytes whatever <see cref="LimitsOptions.DeadLetterBytesMax"/> says: its sender was
/// told 202.
/// </summary>
internal sealed class LogRefusedRows(IEventLog log, LimitsOptions limits, TimeProvider time) : IRefusedRows
{
    /// <summary>Characters of a reason that are kept: ClickHouse's words may repeat the value.</summary>
    public const int ReasonCharsMax = 2048;

    // What an id of an event may have by default; a longer one is replaced by its digest.
    private const int IdBytesMax = 128;
    private const int DigestDigits = 32;
    private const string IdPrefix = "refused:";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(MetricKey.Of(DeadLetterFields.Project, DeadLetterFields.Metric));

    /// <inheritdoc />
    public async Task AppendAsync(IReadOnlyList<RefusedRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // All appends are waited for, and none is given up on: what was appended is read again from memory of ours.
            await Task.WhenAll(rows.GroupBy(row => row.Partition).SelectMany(some => Records(some).Select(record => AppendAsync(some.Key, record))));
        }
        catch (Exception exception) when (exception is EventLogException or ObjectDisposedException)
        {
            throw new IOException($"The log does not take {rows.Count} refused rows now: {exception.Message}", exception);
        }
    }

    /// <summary>The id of a row's dead letter: the same whenever the row is appended again.</summary>
    internal static string IdOf(RefusedRow row) => IdOf(MetricKey.Of(row.Project, row.Metric), row.Partition, row.Offset, row.Sequence);

    /// <summary>The same of a position.</summary>
    /// <param name="key">The metric's key.</param>
    /// <param name="partition">Log partition of the event.</param>
    /// <param name="offset">Log offset of its message.</param>
    /// <param name="sequence">Index of the event in its message.</param>
    internal static string IdOf(string key, int partition, long offset, int sequence)
    {
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{IdPrefix}{key}:{partition}:{offset}:{sequence}");
        var bytes = Encoding.UTF8.GetBytes(id);
        return bytes.Length <= IdBytesMax ? id : IdPrefix + Convert.ToHexStringLower(SHA256.HashData(bytes))[..DigestDigits];
    }

    private async Task AppendAsync(int partition, ReadOnlyMemory<byte> record) =>
        await log.AppendAsync(WritableOf(partition), new LogRecord(Key, record, time.GetUtcNow().ToUnixTimeMilliseconds()), CancellationToken.None);

    private int WritableOf(int partition)
    {
        var writable = log.WritablePartitions;
        return writable.Contains(partition) ? partition
            : writable.Count > 0 ? writable[partition % writable.Count]
            : throw new EventLogException("the log's partitions are not known yet.");
    }

    // Rows are cut into records between them; one row may be larger than a record, as an event may be.
    private IEnumerable<ReadOnlyMemory<byte>> Records(IEnumerable<RefusedRow> rows)
    {
        ArrayBufferWriter<byte>? record = null;
        foreach (var row in rows)
        {
            var letter = Write(row);
            if (record is not null && record.WrittenCount + letter.Length > limits.RecordBytesMax)
            {
                yield return record.WrittenMemory;
                record = null;
            }

            if (record is null)
            {
                record = new ArrayBufferWriter<byte>(letter.Length + 16);
                RejectedInputs.Begin(record);
            }

            record.Write(letter.Span);
        }

        if (record is not null)
        {
            yield return record.WrittenMemory;
        }
    }

    private static ReadOnlyMemory<byte> Write(RefusedRow row)
    {
        var reason = row.Reason.Length > ReasonCharsMax ? row.Reason[..ReasonCharsMax] + "…" : row.Reason;
        var output = new ArrayBufferWriter<byte>(row.Raw.Length + 512);
        var letter = new DeadLetter
        {
            Error = new InputError(InputErrorCodes.RowRefused, reason),
            Raw = row.Raw,
            Project = Encoding.UTF8.GetBytes(row.Project),
            Metric = Encoding.UTF8.GetBytes(row.Metric),
            Id = Encoding.UTF8.GetBytes(IdOf(row)),
            IsBare = false,
        };
        RejectedInputs.Add(output, letter, row.Raw.Length);
        return output.WrittenMemory;
    }
}
