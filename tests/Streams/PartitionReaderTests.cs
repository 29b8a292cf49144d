// Goal: a partition is read in order from the committed offset, each chunk is announced before it is handed over, and the log is committed exactly as far
// as the ledger says; whatever fails, reading starts over from there and nothing is skipped.
using Analytics.Grains.Metrics;
using System.Text;
using System.Threading.Channels;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Silo.Ingest.Streams;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Streams;

public sealed class PartitionReaderTests : IAsyncLifetime
{
    private readonly MemoryLog _log = new();
    private readonly FakeLedger _ledger = new();
    private readonly IngestInstruments _instruments = new(new HeldMemory(long.MaxValue));
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<EventBatch> _received = [];
    private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(2);
    private PartitionReader _reader = null!;
    private Task _reading = Task.CompletedTask;
    private long _epoch = -1;

    public ValueTask InitializeAsync()
    {
        // Chunks of about two messages, so that there are many.
        var options = new IngestOptions { ChunkBytesMax = 120, CommitIntervalMs = 5 };
        _reader = Readers.Of(_chunks.Writer, _log, _ledger, _instruments, options: options);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public async Task Every_message_arrives_in_order_each_metric_in_its_own_batches()
    {
        await AppendAsync(0, 20);
        Start();
        await ReceiveAsync(20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 3L), _received.SelectMany(batch => batch.Offsets).Order());
        Assert.All(["a", "b"], metric => Assert.Equal(
            Enumerable.Range(0, 20).Where(i => Metric(i) == metric).Select(i => i * 3L), Offsets(metric)));
        Assert.True(_received.Max(batch => batch.Origin.ChunkId) > 3);
    }

    [Fact]
    public async Task Each_batch_names_the_offset_of_its_metric_before_it()
    {
        await AppendAsync(0, 20);
        Start();
        await ReceiveAsync(20);
        foreach (var batches in _received.GroupBy(batch => batch.Metric))
        {
            var preceding = -1L;
            foreach (var batch in batches)
            {
                Assert.Equal(preceding, batch.Origin.Preceding);
                preceding = batch.Offsets[^1];
            }
        }
    }

    [Fact]
    public async Task The_log_is_committed_as_far_as_batches_are_acknowledged_and_no_further()
    {
        await AppendAsync(0, 20);
        Start();
        await ReceiveAsync(20);
        var chunks = _received.GroupBy(batch => batch.Origin.ChunkId).OrderBy(chunk => chunk.Key).ToList();
        await AcknowledgeAsync([.. chunks[2]]);
        await AcknowledgeAsync([.. chunks[0]]);
        var end = chunks[0].Max(batch => batch.Offsets[^1]) + 1;
        await Eventually.TrueAsync(() => _log.Committed >= end, "a commit");
        Assert.Equal(end, _log.Committed);
        await AcknowledgeAsync([.. _received]);
        await Eventually.TrueAsync(() => _log.Committed == (19 * 3) + 1, "the last commit");
    }

    [Fact]
    public async Task What_cannot_be_an_event_becomes_a_dead_letter_that_must_be_acknowledged_too()
    {
        await _log.AppendAsync(0, new LogRecord(default, "nonsense"u8.ToArray(), 1_800_000_000_000));
        Start();
        await ReceiveAsync(1);
        var batch = Assert.Single(_received);
        Assert.Equal("analytics/dead_letters", batch.Key);
        Assert.Equal(0, _log.Committed);
        await AcknowledgeAsync(batch);
        await Eventually.TrueAsync(() => _log.Committed == 1, "the commit");
    }

    [Fact]
    public async Task When_the_epoch_ends_reading_starts_over_from_the_committed_offset()
    {
        await AppendAsync(0, 20);
        Start();
        await ReceiveAsync(20);
        var first = _received.GroupBy(batch => batch.Origin.ChunkId).First();
        await AcknowledgeAsync([.. first]);
        var committed = first.Max(batch => batch.Offsets[^1]) + 1;
        await Eventually.TrueAsync(() => _log.Committed == committed, "the commit");

        var ended = _epoch;
        await _ledger.EndEpochAsync(ended, "a gap");
        _received.Clear();
        await ReceiveAsync(Enumerable.Range(0, 20).Count(i => i * 3 >= committed));
        Assert.True(_epoch > ended);
        Assert.All(_received, batch => Assert.Equal(_epoch, batch.Origin.Epoch));
        Assert.All(_received, batch => Assert.Equal(committed, batch.Origin.EpochStart));
        Assert.Equal(committed, _log.OpenedAt[^1]);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 3L).Where(offset => offset >= committed), _received.SelectMany(batch => batch.Offsets).Order());
    }

    [Fact]
    public async Task Acknowledgements_of_an_ended_epoch_commit_nothing()
    {
        await AppendAsync(0, 4);
        Start();
        await ReceiveAsync(4);
        var old = _received.ToArray();
        await _ledger.EndEpochAsync(_epoch, "a gap");
        _received.Clear();
        await ReceiveAsync(4);
        await AcknowledgeAsync(old);
        Assert.Equal(0, (await _ledger.GetStatusAsync(_epoch)).DurableOffset);
        Assert.Equal(0, _log.Committed);
    }

    [Theory]
    [InlineData("ledger")]
    [InlineData("read")]
    [InlineData("commit")]
    public async Task A_part_that_fails_for_a_while_loses_nothing(string part)
    {
        await AppendAsync(0, 10);
        Start();
        await ReceiveAsync(10);
        var failures = 3;
        Exception? Fail() => Interlocked.Decrement(ref failures) >= 0 ? new EventLogException("away (injected)") : null;
        switch (part)
        {
            case "ledger":
                _ledger.BeforeCall = Fail;
                break;
            case "read":
                _log.BeforeRead = Fail;
                break;
            default:
                _log.BeforeCommit = Fail;
                break;
        }

        await AppendAsync(10, 10);
        var seen = new HashSet<long>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                while (_chunks.Reader.TryRead(out var chunk))
                {
                    Receive(chunk);
                }

                seen.UnionWith(_received.SelectMany(batch => batch.Offsets));
                await TryAcknowledgeAsync();
                return _log.Committed == (19 * 3) + 1;
            },
            TimeSpan.FromSeconds(30),
            () => $"all committed, not only {_log.Committed}");
        Assert.Equal(20, seen.Count);
        Assert.True(failures < 0);
    }

    [Fact]
    public async Task A_reader_that_is_fenced_off_begins_a_newer_epoch()
    {
        await AppendAsync(0, 4);
        Start();
        await ReceiveAsync(4);
        var other = await _ledger.OpenAsync(0);
        _received.Clear();
        await ReceiveAsync(4);
        Assert.True(_epoch > other);
    }

    [Fact]
    public async Task A_stop_ends_the_reading_and_what_was_acknowledged_by_then_is_still_committed()
    {
        await AppendAsync(0, 20);
        Start();
        await ReceiveAsync(20);
        await StopAsync();
        Assert.Equal(0, _log.Committed);
        await AcknowledgeAsync([.. _received]);
        Assert.Equal(0, (await _reader.CommitAsync(CancellationToken.None)).OpenChunks);
        Assert.Equal((19 * 3) + 1, _log.Committed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_very_many_metrics_chunks_become_larger_as_long_as_there_is_more_to_read(bool isReadingFailing)
    {
        // A message each of as many metrics as are many; a chunk of ordinary size has about two, and the log gives one at a time.
        const int Messages = 200;
        var message = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, ChunkSize.ManyMetrics).Select(i => $$"""{"project":"p","metric":"m{{i}}"}""")));
        for (var i = 0; i < Messages; i++)
        {
            await _log.AppendAsync(0, new LogRecord(default, message, 1_800_000_000_000));
        }

        var reads = 0;
        _log.ReadMax = 1;
        _log.BeforeRead = () => isReadingFailing && ++reads is 20 or 45 ? new EventLogException("away (injected)") : null;
        _reader = Readers.Of(_chunks.Writer, _log, _ledger, _instruments, options: new IngestOptions { ChunkBytesMax = message.Length * 2, CommitIntervalMs = 5 });
        Start();
        var largest = 0;
        var seen = new HashSet<long>();
        while (seen.Count < Messages)
        {
            _received.Clear();
            await ReceiveChunkAsync();
            seen.UnionWith(_received.SelectMany(batch => batch.Offsets));
            Assert.All(_received, batch => Assert.Equal(_received[0].Offsets, batch.Offsets));
            largest = Math.Max(largest, _received.Count == 0 ? 0 : _received[0].Count);
            await AcknowledgeAsync([.. _received]);
        }

        Assert.InRange(largest, ChunkSize.FactorMax / 2, ChunkSize.FactorMax * 2);
        await Eventually.TrueAsync(() => _log.Committed == ((Messages - 1) * 3) + 1, "the commit");
    }

    [Fact]
    public async Task A_stop_is_not_held_up_by_an_empty_log()
    {
        Start();
        await ReceiveChunkAsync();
        await StopAsync();
    }

    [Fact]
    public async Task A_stop_is_not_held_up_by_chunks_nobody_takes()
    {
        await AppendAsync(0, 100);
        Start();
        await Eventually.TrueAsync(() => _chunks.Reader.Count == 2, "a full channel");
        await StopAsync();
    }

    [Fact]
    public async Task A_chunk_ends_by_the_events_in_it_not_by_their_compressed_size()
    {
        // Hundreds of bytes of log, 20,000 rows each.
        var many = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("{\"project\":\"p\",\"metric\":\"a\"}", 20_000)));
        using var compressed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(many);
        }

        for (var i = 0; i < 6; i++)
        {
            await _log.AppendAsync(0, new LogRecord(default, compressed.ToArray(), 1_800_000_000_000));
        }

        await using var reading = new LargeChunks(_log, _ledger, _instruments);
        var counts = await reading.CountsAsync(120_000);
        Assert.Equal([80_000, 40_000], counts);
    }

    private static string Metric(int i) => i % 3 == 0 ? "a" : "b";

    private async Task AppendAsync(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var json = $$"""{"project":"p","metric":"{{Metric(i)}}","fields":{"i":{{i}} } }""";
            await _log.AppendAsync(0, new LogRecord(default, Encoding.UTF8.GetBytes(json), 1_800_000_000_000));
        }
    }

    private void Start() => _reading = _reader.RunAsync(_stopping.Token);

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _reading.WithinDeadline();
    }

    private IEnumerable<long> Offsets(string metric) => _received.Where(batch => batch.Metric == metric).SelectMany(batch => batch.Offsets);

    private async Task ReceiveAsync(int rows)
    {
        while (_received.Sum(batch => batch.Count) < rows)
        {
            await ReceiveChunkAsync();
        }
    }

    private async Task ReceiveChunkAsync() => Receive(await _chunks.Reader.ReadAsync().AsTask().WithinDeadline());

    /// <summary>Takes a chunk; the first of an epoch is empty and drops what came before, as the cache does.</summary>
    private void Receive(Chunk chunk)
    {
        Assert.True(chunk.Epoch >= _epoch);
        if (chunk.Epoch != _epoch)
        {
            Assert.Empty(chunk.Containers);
            _epoch = chunk.Epoch;
            _received.Clear();
        }

        foreach (var batches in chunk.Containers.Cast<MetricBatches>())
        {
            _received.AddRange(batches.Batches);
        }
    }

    private async Task TryAcknowledgeAsync()
    {
        try
        {
            await AcknowledgeAsync([.. _received]);
        }
        catch (EventLogException)
        {
            // The ledger is away: said again with the next look.
        }
    }

    private Task AcknowledgeAsync(params EventBatch[] batches) => _ledger.AcknowledgeAsync(
        [.. batches.Select(batch => new BatchAcknowledgement(0, batch.Origin.Epoch, batch.Origin.ChunkId, batch.Origin.ChunkIndex))]);

    /// <summary>A reader with the product's own chunk size.</summary>
    private sealed class LargeChunks : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Channel<Chunk> _chunks = Channel.CreateBounded<Chunk>(2);
        private readonly PartitionReader _reader;
        private readonly Task _reading;

        public LargeChunks(MemoryLog log, FakeLedger ledger, IngestInstruments instruments)
        {
            _reader = Readers.Of(_chunks.Writer, log, ledger, instruments);
            _reading = _reader.RunAsync(_stopping.Token);
        }

        public async Task<List<int>> CountsAsync(int rows)
        {
            var counts = new List<int>();
            while (counts.Sum() < rows)
            {
                var chunk = await _chunks.Reader.ReadAsync().AsTask().WithinDeadline();
                counts.AddRange(chunk.Containers.Cast<MetricBatches>().SelectMany(batches => batches.Batches).Select(batch => batch.Count));
            }

            return counts;
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _reading.WithinDeadline();
            _stopping.Dispose();
        }
    }
}
