using Analytics.Bench.Kafka;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Bench.Stages;

/// <summary>Messages of one event as the Kafka reader hands them over: slices of a buffer a chunk.</summary>
internal static class StageMessages
{
    /// <summary>Messages of a chunk: what one call to librdkafka gives.</summary>
    public const int ChunkMessages = 4096;

    /// <summary>Bytes of an event.</summary>
    public const int EventBytes = 137;

    /// <summary>What the messages of the topic are.</summary>
    public static KafkaMapping Mapping { get; } = new() { Topic = "t", Project = EventSet.Project, Metric = EventSet.Metric, TimeField = "ts" };

    /// <summary>Chunks of messages, at ascending offsets from 0 on.</summary>
    public static LogEntry[][] Make(int chunks) => [.. Enumerable.Range(0, chunks).Select(MakeChunk)];

    /// <summary>A decoder for them.</summary>
    public static ChunkDecoder NewDecoder() => new(new LimitsOptions(), BareEvents.Of(Mapping)) { TakesRefusedInputs = false };

    /// <summary>The batches of the chunks, offsets moved on so that they come behind all before.</summary>
    public static EventBatch[] Decode(ChunkDecoder decoder, LogEntry[][] chunks, PrecedingOffsets preceding, ref long chunkId, long offset)
    {
        var batches = new EventBatch[chunks.Length];
        for (var i = 0; i < batches.Length; i++)
        {
            foreach (var entry in chunks[i])
            {
                decoder.Decode(entry with { Offset = entry.Offset + offset });
            }

            batches[i] = decoder.Finish(0, chunkId++, preceding)[0];
        }

        return batches;
    }

    private static LogEntry[] MakeChunk(int chunk)
    {
        var buffer = new byte[ChunkMessages * EventBytes];
        var entries = new LogEntry[ChunkMessages];
        for (var i = 0; i < entries.Length; i++)
        {
            var n = ((long)chunk * ChunkMessages) + i;
            EventMaker.WriteBare(buffer.AsSpan(i * EventBytes), n, EventBytes);
            entries[i] = new LogEntry(n, new LogRecord(default, buffer.AsMemory(i * EventBytes, EventBytes), EventMaker.TimeOf(n)));
        }

        return entries;
    }
}
