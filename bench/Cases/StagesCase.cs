using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Stages;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Analytics.Bench.Cases;

/// <summary>
/// Where an event's time goes on its way from Kafka to its table: the product's own classes one after the other in this process, each over all chunks
/// before the next one begins. What the runtime of the actors adds is not in it.
/// </summary>
internal sealed class StagesCase : ICase
{
    private static readonly string[] Order =
    [
        "read from Kafka", "decode", "hand over columns", "stream queue", "live state and buffer", "encode block", "insert and first merges",
    ];

    /// <inheritdoc />
    public string Name => "stages";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        var chunks = StageMessages.Make((int)context.Size(128, 48));
        for (var run = 0; run < context.Runs; run++)
        {
            var meters = Order.ToDictionary(name => name, _ => new StageMeter());
            await ReadAsync(context, meters["read from Kafka"]);
            await using var engine = await StageEngine.OpenAsync();
            var pipeline = new MetricPipeline(EventSet.Project, EventSet.Metric, engine.Services);
            await pipeline.LoadAsync(CancellationToken.None);
            var (decoder, preceding, cache) = (StageMessages.NewDecoder(), new PrecedingOffsets(1, 0), new MetricQueueCache(long.MaxValue, new HeldMemory(long.MaxValue)));
            var events = (long)chunks.Length * StageMessages.ChunkMessages;
            for (var round = 0; round < 4; round++)
            {
                // The first rounds are compilation.
                var counted = round < 2 ? Order.ToDictionary(name => name, _ => new StageMeter()) : meters;
                var batches = Deliver(cache, Decode(chunks, decoder, preceding, round * events, counted), counted["stream queue"]);
                await TakeAndWriteAsync(engine, pipeline, batches, counted);
            }

            Note(context.Samples, meters);
        }
    }

    private static EventBatch[] Decode(
        Silo.Log.LogEntry[][] chunks, ChunkDecoder decoder, PrecedingOffsets preceding, long offset, Dictionary<string, StageMeter> meters)
    {
        var batches = new EventBatch[chunks.Length];
        for (var i = 0; i < chunks.Length; i++)
        {
            var chunk = chunks[i];
            meters["decode"].Run(chunk.Length, () =>
            {
                foreach (var entry in chunk)
                {
                    decoder.Decode(entry with { Offset = entry.Offset + offset });
                }
            });
            meters["hand over columns"].Run(chunk.Length, () => batches[i] = decoder.Finish(0, i, preceding)[0]);
        }

        return batches;
    }

    private static List<EventBatch> Deliver(MetricQueueCache cache, EventBatch[] batches, StageMeter meter)
    {
        var delivered = new List<EventBatch>(batches.Length);
        var stream = StreamId.Create(StreamNames.Metrics, batches[0].Key);
        meter.Run(batches.Sum(batch => (long)batch.Count), () =>
        {
            foreach (var batch in batches)
            {
                cache.AddToCache([new MetricBatches(stream, [batch])]);
            }

            using var cursor = cache.GetCacheCursor(stream);
            while (cursor.MoveNext())
            {
                foreach (var item in cursor.GetCurrent(out _)!.GetEvents<EventBatch>())
                {
                    delivered.Add(item.Item1);
                }
            }
        });
        return delivered;
    }

    private static async Task TakeAndWriteAsync(StageEngine engine, MetricPipeline pipeline, List<EventBatch> batches, Dictionary<string, StageMeter> meters)
    {
        foreach (var batch in batches)
        {
            meters["live state and buffer"].Run(batch.Count, () =>
            {
                if (!pipeline.TryTake(batch, out var gap))
                {
                    throw new InvalidOperationException(gap);
                }
            });
            if ((pipeline.WhyFull is null && batch != batches[^1]) || !pipeline.TryTakeBlock(out var block))
            {
                continue;
            }

            Encode(block, meters["encode block"]);
            await meters["insert and first merges"].RunAsync(block.RowCount, async () =>
            {
                using var turn = await engine.Inserts.WaitTurnAsync(Grains.ClickHouse.InsertUrgency.Aged);
                pipeline.Complete(block, await pipeline.WriteAsync(block, turn, CancellationToken.None));
            });
        }
    }

    // Once more than the insert does: the insert's own share is told apart by taking this away.
    private static void Encode(PendingBlock block, StageMeter meter)
    {
        var writer = NativeBlockWriter.Rent();
        meter.Run(block.RowCount, () => writer.Write(block.Batches, block.Columns, block.InsertedSeconds));
        writer.Return();
    }

    private static async Task ReadAsync(CaseContext context, StageMeter meter)
    {
        var broker = await context.Broker();
        var events = context.Size(1_000_000, 300_000);
        var topic = await TopicFiller.FillAsync(broker, new EventSet(StageMessages.EventBytes, HasEnvelope: false, 1, 1), events);
        var options = new KafkaOptions { BootstrapServers = broker.BootstrapServers, Topic = topic, Group = topic, Properties = broker.ClientProperties };
        await using (var log = await KafkaEventLog.OpenAsync(
            options, 1, 1 << 20, new MemoryTopicStore(), NullLogger<KafkaEventLog>.Instance, TimeProvider.System, CancellationToken.None))
        {
            await using var reader = log.OpenReader(log.Partitions[0], 0);

            // What connecting costs is no event's.
            await reader.ReadAsync(1);
            var begin = reader.NextOffset;
            await meter.RunAsync(events - begin, async () =>
            {
                while (reader.NextOffset < events)
                {
                    await reader.ReadAsync(1 << 20);
                }
            });
        }

        await broker.DeleteTopicAsync(topic);
    }

    private static void Note(Samples samples, Dictionary<string, StageMeter> meters)
    {
        var encode = meters["encode block"];
        double Own(string name, Func<StageMeter, double> of) => of(meters[name]) - (name == Order[^1] ? of(encode) : 0);
        foreach (var name in Order)
        {
            samples.Add($"{name}, CPU", Own(name, meter => meter.CpuNanoseconds), "ns/event");
            samples.Add($"{name}, clock", Own(name, meter => meter.WallNanoseconds), "ns/event");
            samples.Add($"{name}, allocated", Own(name, meter => meter.Bytes), "B/event");
        }

        samples.Add("all stages, CPU", Order.Sum(name => Own(name, meter => meter.CpuNanoseconds)), "ns/event");
        samples.Add("all stages, allocated", Order.Sum(name => Own(name, meter => meter.Bytes)), "B/event");
    }
}
