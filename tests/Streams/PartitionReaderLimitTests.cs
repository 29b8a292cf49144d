// Goal: a partition is read only as far as memory and ledger have room, goes on by itself when they have it again, and begins again when a batch is lost.
using System.Text;
using System.Threading.Channels;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Streams;

public sealed class PartitionReaderLimitTests : IAsyncDisposable
{
    private readonly MemoryLog _log = new();
    private readonly FakeLedger _ledger = new();
    private readonly HeldMemory _memory = new(1000);
    private readonly IngestInstruments _instruments;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(2);
    private readonly List<EventBatch> _received = [];
    private PartitionReader _reader = null!;
    private Task _reading = Task.CompletedTask;
    private int _epochs;

    public PartitionReaderLimitTests() => _instruments = new IngestInstruments(_memory);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading.WithinDeadline();
        _stopping.Dispose();
        _instruments.Dispose();
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(999, true)]
    public async Task Nothing_is_read_while_as_many_bytes_are_held_as_may_be(long heldBytes, bool isRead)
    {
        _memory.Add(heldBytes);
        await AppendAsync(1);
        Start(new IngestOptions());
        if (isRead)
        {
            await ReceiveAsync(1);
            return;
        }

        await Assert.ThrowsAsync<OperationCanceledException>(() => ReceiveAsync(1, TimeSpan.FromMilliseconds(300)));
        _memory.Add(-1);
        await ReceiveAsync(1);
    }

    [Fact]
    public async Task Reading_waits_while_as_many_chunks_are_open_as_may_be()
    {
        await AppendAsync(10);
        Start(new IngestOptions { ChunkBytesMax = 10, OpenChunksMax = 3, CommitIntervalMs = 5 });
        await ReceiveAsync(3);
        await Assert.ThrowsAsync<OperationCanceledException>(() => ReceiveAsync(4, TimeSpan.FromMilliseconds(300)));
        await AcknowledgeAsync(_received[0]);
        await ReceiveAsync(4);
        for (var i = 1; i < 10; i++)
        {
            await AcknowledgeAsync(_received[i]);
            await ReceiveAsync(Math.Min(10, i + 4));
        }
    }

    [Fact]
    public async Task A_batch_lost_with_its_actor_is_read_again_although_nothing_of_its_metric_follows()
    {
        var isHolding = false;
        _ledger.Metric = _ => new HoldingActor(() => isHolding);
        await AppendAsync(1);
        Start(new IngestOptions { StallSeconds = 0, CommitIntervalMs = 5 });
        await ReceiveAsync(1);
        var lost = _received[0];
        await Eventually.TrueAsync(() => _epochs > 1 || TryReceive(), "the reader to begin again");
        await ReceiveAsync(2);
        Assert.Equal(lost.Offsets, _received[1].Offsets);
        Assert.True(_received[1].Origin.Epoch > lost.Origin.Epoch);

        // A look that is under way may make it begin once more.
        isHolding = true;
        while (_log.Committed == 0)
        {
            TryReceive();
            await AcknowledgeAsync(_received[^1]);
            await Task.Yield();
        }
    }

    private async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _log.AppendAsync(0, new LogRecord(default, Encoding.UTF8.GetBytes("""{"project":"p","metric":"a"}"""), 1_800_000_000_000));
        }
    }

    private void Start(IngestOptions options)
    {
        _reader = Readers.Of(_chunks.Writer, _log, _ledger, _instruments, options: options, memory: _memory);
        _reading = _reader.RunAsync(_stopping.Token);
    }

    private Task AcknowledgeAsync(EventBatch batch) => _ledger.AcknowledgeAsync(
        [new BatchAcknowledgement(0, batch.Origin.Epoch, batch.Origin.ChunkId, batch.Origin.ChunkIndex)]);

    private async Task ReceiveAsync(int count, TimeSpan? wait = null)
    {
        using var waiting = new CancellationTokenSource(wait ?? TimeSpan.FromSeconds(30));
        while (_received.Count < count)
        {
            Receive(await _chunks.Reader.ReadAsync(waiting.Token));
        }
    }

    private bool TryReceive()
    {
        if (_chunks.Reader.TryRead(out var chunk))
        {
            Receive(chunk);
        }

        return false;
    }

    private void Receive(Chunk chunk)
    {
        _epochs += chunk.Containers.Count == 0 ? 1 : 0;
        _received.AddRange(chunk.Containers.Cast<MetricBatches>().SelectMany(batches => batches.Batches));
    }
}
