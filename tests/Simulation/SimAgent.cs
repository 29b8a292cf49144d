using System.Threading.Channels;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Analytics.Tests.Simulation;

/// <summary>A pulling agent with its receiver, as the runtime's: one delivery a stream under way, offered again when it failed, streams beside each other.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "What dies in the simulation disposes of nothing.")]
internal sealed class SimAgent
{
    private const int AttemptsMax = 3;

    private static readonly IngestOptions Options = new() { ChunkBytesMax = 1_500, CacheBytesMax = 30_000, OpenChunksMax = 16, StallSeconds = 5 };

    private readonly SimWorld _world;
    private readonly int _partition;
    private readonly PartitionReader _reader;
    private readonly MetricQueueCache _cache;
    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(2);
    private readonly HashSet<StreamId> _delivering = [];
    private readonly CancellationTokenSource _stopping = new();

    public SimAgent(SimSilo silo, int partition)
    {
        Silo = silo;
        _world = silo.World;
        _partition = partition;
        _cache = new MetricQueueCache(Options.CacheBytesMax, silo.Memory);
        _reader = new PartitionReader(
            partition, _chunks.Writer, silo.Cluster.Log, SimGrains.Of(silo.Cluster, silo.Domain), new LimitsOptions(), Options, silo.Memory, _world.Time, silo.Cluster.Ingest,
            silo.Cluster.Loggers.CreateLogger<PartitionReader>());
    }

    /// <summary>Where it runs.</summary>
    public SimSilo Silo { get; }

    /// <summary>Begins to read and deliver.</summary>
    public void Start()
    {
        _world.Note($"{Silo.Domain.Name} receives partition {_partition}");
        _ = Silo.Domain.StartAsync(() => _reader.RunAsync(_stopping.Token));
        _ = Silo.Domain.StartAsync(PumpAsync);
    }

    /// <summary>Ends; deliveries under way go on.</summary>
    public void Stop()
    {
        if (!Silo.Domain.IsDead && !_stopping.IsCancellationRequested)
        {
            _world.Note($"{Silo.Domain.Name} gives up partition {_partition}");
            _ = Silo.Domain.StartAsync(async () =>
            {
                _stopping.Cancel();
                await _reader.CommitAsync(CancellationToken.None);
            });
        }
    }

    private async Task PumpAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_cache.IsUnderPressure())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _world.Time);
                continue;
            }

            Chunk chunk;
            try
            {
                chunk = await _chunks.Reader.ReadAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (chunk.Epoch != _cache.EpochOf(_partition))
            {
                _cache.Begin(_partition, chunk.Epoch);
            }

            _cache.AddToCache(chunk.Containers);
            foreach (var container in chunk.Containers)
            {
                if (_delivering.Add(container.StreamId))
                {
                    _ = Silo.Domain.StartAsync(() => DeliverAsync(container.StreamId));
                }
            }
        }

        _cache.Begin(_partition, long.MaxValue);
    }

    private async Task DeliverAsync(StreamId stream)
    {
        using var cursor = _cache.GetCacheCursor(stream);
        while (!_stopping.IsCancellationRequested && cursor.MoveNext())
        {
            var batches = ((MetricBatches)cursor.GetCurrent(out _)!).Batches;
            if (!await TryDeliverAsync(batches))
            {
                cursor.RecordDeliveryFailure();
            }
        }

        _delivering.Remove(stream);
    }

    private async Task<bool> TryDeliverAsync(EventBatch[] batches)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            try
            {
                await _world.PauseAsync();
                var metric = await Silo.Cluster.ActivateAsync(batches[0].Key);
                if (_world.Chance(Silo.Cluster.Faults.CallLost))
                {
                    throw new TimeoutException("The delivery was lost (injected).");
                }

                _world.Note($"{metric.Domain.Name} is handed {string.Join(' ', batches.Select(batch => $"{_partition}:{batch.Offsets[0]}-{batch.Offsets[^1]} epoch {batch.Origin.Epoch % 1000000}"))}");
                var taking = metric.TakeAsync(batches);
                if (!_world.Chance(Silo.Cluster.Faults.Redelivery))
                {
                    return await taking;
                }

                // Given up while it may still go on, and made again.
                await Task.WhenAny(taking, Task.Delay(TimeSpan.FromMilliseconds(_world.Random.Next(100)), _world.Time));
            }
            catch (Exception e)
            {
                _world.Note($"delivery to {batches[0].Key} failed: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), _world.Time);
            }
        }

        return false;
    }
}
