// Goal: a queue's receiver reads all of its partitions and no other, those too that are added or vanish while it runs, and commits each at its stop.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Streams;

public sealed class QueueReceiverTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly GrowingLog _log = new();
    private readonly FakeLedger _ledger = new() { Others = { [1] = new(), [2] = new() } };
    private readonly HeldMemory _memory = new(long.MaxValue);
    private readonly IngestInstruments _instruments;
    private readonly MetricQueueCache _cache;
    private readonly QueueReceiver _receiver;
    private readonly List<EventBatch> _received = [];

    public QueueReceiverTests()
    {
        _instruments = new IngestInstruments(_memory);
        _cache = new MetricQueueCache(long.MaxValue, _memory);
        _receiver = new QueueReceiver(
            0,
            _log,
            (partition, chunks) => Readers.Of(chunks, _log, _ledger, _instruments, partition, memory: _memory),
            _cache,
            TimeProvider.System,
            NullLogger.Instance,
            _stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.Shutdown(TimeSpan.Zero);
        _instruments.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_stop_of_the_process_ends_a_read_that_waits()
    {
        await _receiver.Initialize(TimeSpan.Zero);
        var begin = TimeProvider.System.GetTimestamp();
        var reading = _receiver.GetQueueMessagesAsync(100);
        Assert.False(reading.IsCompleted);
        await _stopping.CancelAsync();
        Assert.Empty(await reading.WithinDeadline());
        Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task It_reads_its_own_partitions_side_by_side()
    {
        _log.Grow(0, 1, 2);
        await _receiver.Initialize(TimeSpan.Zero);
        await AppendAsync(0, 1, 2);
        await ReceiveAsync(2);
        Assert.Equal([0, 2], _received.Select(batch => batch.Origin.Partition).Order());
    }

    [Fact]
    public async Task A_log_that_is_not_known_yet_and_grows_later_is_read_from_then_on()
    {
        await _receiver.Initialize(TimeSpan.Zero);
        Assert.Empty(await _receiver.GetQueueMessagesAsync(100));
        _log.Grow(0);
        await AppendAsync(0);
        await ReceiveAsync(1);

        _log.Grow(0, 2);
        await AppendAsync(0, 2);
        await ReceiveAsync(3);
        Assert.Equal([0, 0, 2], _received.Select(batch => batch.Origin.Partition).Order());
    }

    [Fact]
    public async Task A_partition_that_has_vanished_is_not_read_any_further()
    {
        _log.Grow(0, 2);
        await _receiver.Initialize(TimeSpan.Zero);
        await AppendAsync(0, 2);
        await ReceiveAsync(2);
        _log.Grow(2);
        await _receiver.GetQueueMessagesAsync(100);
        await AppendAsync(0, 2);
        await ReceiveAsync(3);
        for (var i = 0; i < 3; i++)
        {
            Receive(await _receiver.GetQueueMessagesAsync(100));
        }

        Assert.Equal([0, 2, 2], _received.Select(batch => batch.Origin.Partition).Order());
    }

    [Fact]
    public async Task A_stop_commits_every_partition()
    {
        _log.Grow(0, 2);
        await _receiver.Initialize(TimeSpan.Zero);
        await AppendAsync(0, 2);
        await ReceiveAsync(2);
        foreach (var batch in _received)
        {
            var ledger = batch.Origin.Partition == 0 ? _ledger : _ledger.Others[batch.Origin.Partition];
            await ledger.AcknowledgeAsync(
                [new BatchAcknowledgement(batch.Origin.Partition, batch.Origin.Epoch, batch.Origin.ChunkId, batch.Origin.ChunkIndex)]);
        }

        await _receiver.Shutdown(TimeSpan.FromSeconds(30));
        Assert.Equal([1L, 1L], [_log.Of(0).Committed, _log.Of(2).Committed]);
    }

    private async Task AppendAsync(params int[] partitions)
    {
        foreach (var partition in partitions)
        {
            await _log.AppendAsync(partition, new LogRecord(default, Encoding.UTF8.GetBytes("""{"project":"p","metric":"a"}"""), 1_800_000_000_000));
        }
    }

    private async Task ReceiveAsync(int count) => await Eventually.IsTrueAsync(
        async () =>
        {
            Receive(await _receiver.GetQueueMessagesAsync(100));
            return _received.Count == count;
        },
        TimeSpan.FromSeconds(30),
        () => $"{count} batches");

    private void Receive(IEnumerable<Orleans.Streams.IBatchContainer> containers) =>
        _received.AddRange(containers.Cast<MetricBatches>().SelectMany(batches => batches.Batches));
}
