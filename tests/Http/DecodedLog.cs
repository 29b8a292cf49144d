using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;

namespace Analytics.Tests.Http;

/// <summary>What the decoder makes of everything in a log: the other side of the collector's promise.</summary>
internal sealed class DecodedLog
{
    /// <summary>Rows by metric key, dead letters apart.</summary>
    public Dictionary<string, int> Rows { get; } = new(StringComparer.Ordinal);

    /// <summary>Codes of the dead letters, sorted.</summary>
    public List<string> Codes { get; } = [];

    /// <summary>Raw bytes of the dead letters, as Latin-1 text.</summary>
    public List<string> Raw { get; } = [];

    public int RowCount => Rows.Values.Sum();

    public static async Task<DecodedLog> ReadAsync(IEventLog log, LimitsOptions limits)
    {
        var decoded = new DecodedLog();
        foreach (var partition in log.Partitions)
        {
            var end = await log.ReadEndAsync(partition);
            if (end == 0)
            {
                continue;
            }

            await using var reader = log.OpenReader(partition, 0);
            for (var next = 0L; next < end;)
            {
                foreach (var entry in await reader.ReadAsync(1 << 20))
                {
                    decoded.Add(entry, limits);
                    next = entry.Offset + 1;
                }
            }
        }

        decoded.Codes.Sort(StringComparer.Ordinal);
        return decoded;
    }

    public static DecodedLog Read(EventLogDouble log, LimitsOptions limits)
    {
        var decoded = new DecodedLog();
        foreach (var (_, key, value) in log.Records)
        {
            decoded.Add(new LogEntry(0, new LogRecord(key, value, 0)), limits);
        }

        decoded.Codes.Sort(StringComparer.Ordinal);
        return decoded;
    }

    private void Add(LogEntry entry, LimitsOptions limits)
    {
        var decoder = new ChunkDecoder(limits);
        decoder.Decode(entry);
        foreach (var batch in decoder.Finish(0, 1, new PrecedingOffsets(1, 0)))
        {
            if (batch.Project == DeadLetterFields.Project)
            {
                Codes.AddRange(Texts(batch, DeadLetterFields.Code));
                Raw.AddRange(Texts(batch, DeadLetterFields.Raw));
            }
            else
            {
                Rows[batch.Key] = Rows.GetValueOrDefault(batch.Key) + batch.Count;
            }
        }
    }

    private static IEnumerable<string> Texts(EventBatch batch, string name)
    {
        var column = batch.Fields.Single(field => field.Name == name);
        for (var i = 0; i < column.Count; i++)
        {
            yield return Encoding.Latin1.GetString(column.BytesAt(i));
        }
    }
}
