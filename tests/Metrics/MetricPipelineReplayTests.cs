// Goal: exactly once. Receivers start over, actors crash and are made anew from their table, inserts fail or do not know, batches get lost on the
// way: in the end every event is in the table once, every id once, and live equals table. The ledger decides from where it is read again.
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Partitions;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricPipelineReplayTests(EngineFixture engine)
{
    [Fact]
    public async Task A_batch_whose_predecessor_is_missing_is_refused_and_leaves_no_trace()
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime());
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), new TestRow { Offset = 3 }));
        Assert.False(metric.Live.TryTake(metric.Batch(new BatchOrigin(0, 1, 0, 5, 2, 0), new TestRow { Offset = 7, Id = "a" }), out var gap));
        Assert.Contains("was handed offset 5 of partition 0 in epoch 1", gap, StringComparison.Ordinal);
        Assert.Equal(1, metric.Live.Describe().Total);
        await metric.DrainAsync();
        Assert.Equal([new BatchAcknowledgement(0, 1, 0, 0)], metric.Acknowledged);

        // The missing one comes, then the refused one again: its id was not remembered.
        metric.Take(metric.Batch(new BatchOrigin(0, 2, 4, 3, 0, 0), new TestRow { Offset = 5 }));
        metric.Take(metric.Batch(new BatchOrigin(0, 2, 4, 5, 1, 0), new TestRow { Offset = 7, Id = "a" }));
        await metric.DrainAsync();
        await metric.AssertLiveEqualsTableAsync();
        Assert.Equal(3, metric.Live.Describe().Total);
        Assert.Equal(0, metric.Live.Duplicates);
    }

    [Fact]
    public async Task A_new_pipeline_takes_a_batch_whose_predecessor_is_in_its_table()
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime());
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), new TestRow { Offset = 5 }));
        await metric.DrainAsync();
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, 5, 1, 0), new TestRow { Offset = 7 }));
        Assert.False(metric.Live.TryTake(metric.Batch(new BatchOrigin(0, 1, 0, 8, 3, 0), new TestRow { Offset = 9 }), out _));
    }

    [Fact]
    public async Task An_id_in_the_table_is_known_to_a_new_pipeline()
    {
        var metric = new OneMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync(), new ImpatientTime());
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(0, 1, 0, -1, 0, 0), new TestRow { Offset = 5, Id = "it's\0" }));
        await metric.DrainAsync();
        await metric.StartAsync();
        metric.Take(metric.Batch(new BatchOrigin(1, 1, 0, -1, 0, 0), new TestRow { Offset = 2, Id = "it's\0" }, new TestRow { Offset = 3, Id = "it's" }));
        await metric.DrainAsync();
        Assert.Equal(1, metric.Live.Duplicates);
        await metric.AssertLiveEqualsTableAsync();
        Assert.Equal(2, metric.Live.Describe().Total);
    }

    [Fact]
    public Task Nothing_is_lost_and_nothing_doubled_whatever_fails() => Seeded.RunAsync(15, async seed =>
        await new Run(new FaultyClickHouse(await engine.OpenAsync()), await engine.NewDatabaseAsync(), new Random(seed)).RunAsync());

    private sealed class Run
    {
        private readonly FaultyClickHouse _clickHouse;
        private readonly Random _random;
        private readonly OneMetric _metric;
        private readonly Receiver[] _receivers;

        public Run(FaultyClickHouse clickHouse, string project, Random random)
        {
            var time = new ImpatientTime();
            _clickHouse = clickHouse;
            _random = random;
            _metric = new OneMetric(clickHouse, project, time) { Flush = new FlushOptions { RowsMax = random.Next(5, 60) } };
            _receivers = [new(0, random, time), new(1, random, time), new(2, random, time)];
            clickHouse.BeforeInsert = () => random.Next(6) == 0 ? Failure() : null;
            clickHouse.AfterInsert = () => random.Next(6) == 0 ? FaultyClickHouse.Unknown() : null;
            clickHouse.BeforeStatement = _ => random.Next(20) == 0 ? FaultyClickHouse.Refused() : null;
        }

        public async Task RunAsync()
        {
            await StartAsync();
            for (var step = 0; step < 150; step++)
            {
                await StepAsync(_receivers[_random.Next(_receivers.Length)]);
            }

            // Then everything works, each receiver starts over once more, and reads on until the ledger says that all is durable.
            (_clickHouse.BeforeInsert, _clickHouse.AfterInsert, _clickHouse.BeforeStatement) = (() => null, () => null, _ => null);
            foreach (var receiver in _receivers)
            {
                receiver.Open();
                while (!receiver.IsAtEnd)
                {
                    Deliver(receiver);
                }

                await FlushAsync();
                Assert.True(receiver.IsDurable);
            }

            await CheckAsync();
        }

        private ClickHouseException Failure() => _random.Next(2) == 0 ? FaultyClickHouse.Refused() : FaultyClickHouse.Unknown();

        private async Task StepAsync(Receiver receiver)
        {
            switch (_random.Next(20))
            {
                case 0:
                    receiver.Open();
                    break;
                case 1:
                    await StartAsync();
                    break;
                case 2:
                    // Handed out and lost on the way: nobody knows yet.
                    receiver.Next();
                    break;
                case < 8:
                    await FlushAsync();
                    break;
                default:
                    Deliver(receiver);
                    break;
            }
        }

        private async Task StartAsync()
        {
            while (true)
            {
                try
                {
                    await _metric.StartAsync();
                    return;
                }
                catch (ClickHouseException)
                {
                    // As the actor does: what could not be loaded is loaded again before anything is taken.
                }
            }
        }

        private void Deliver(Receiver receiver)
        {
            var (origin, rows) = receiver.Next();
            if (!_metric.Live.TryTake(_metric.Batch(origin, rows), out _))
            {
                receiver.Open();
            }
        }

        private async Task FlushAsync()
        {
            while (await _metric.FlushOneAsync())
            {
                foreach (var receiver in _receivers)
                {
                    receiver.Ledger.Acknowledge([.. _metric.Acknowledged.Where(owed => owed.Partition == receiver.Partition)]);
                }

                _metric.Acknowledged.Clear();
            }
        }

        private async Task CheckAsync()
        {
            await _metric.AssertLiveEqualsTableAsync();
            var rows = await _clickHouse.ReadRowsAsync($"SELECT toString(_partition), toString(_offset), toString(_seq), base64Encode(_id) FROM {_metric.Table}");
            var places = rows.Select(row => $"{row[0]} {row[1]} {row[2]}").ToList();
            Assert.Equal(places.Count, places.Distinct().Count());

            var events = _receivers.SelectMany(receiver => receiver.Log.Select(row => (Place: $"{receiver.Partition} {row.Offset} {row.Sequence}", row.Id))).ToList();
            Assert.Empty(events.Where(e => e.Id.Length == 0).Select(e => e.Place).Except(places));
            Assert.Empty(places.Except(events.Select(e => e.Place)));
            var ids = rows.Select(row => row[3]!).Where(id => id.Length > 0).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
            Assert.Equal(events.Select(e => e.Id).Where(id => id.Length > 0).Distinct().Count(), ids.Count);
        }
    }

    /// <summary>A partition with its ledger, its committed offset, and a receiver that names what it handed over before.</summary>
    private sealed class Receiver
    {
        private readonly RandomEvents _events;
        private readonly Random _random;
        private readonly List<TestRow[]> _messages = [];
        private long _epoch;
        private long _epochStart;
        private long _preceding;
        private long _chunkId;
        private int _next;

        public Receiver(int partition, Random random, ImpatientTime time)
        {
            Partition = partition;
            _random = random;
            _events = new RandomEvents(random, time);
            Ledger = new Ledger(time);
            Open();
        }

        public int Partition { get; }

        public Ledger Ledger { get; }

        public bool IsAtEnd => _next == _messages.Count;

        public bool IsDurable => Ledger.Describe(_epoch) is { IsCurrent: true, OpenChunks: 0 };

        public IEnumerable<TestRow> Log => _messages.SelectMany(message => message);

        /// <summary>Starts over from what the ledger says is durable.</summary>
        public void Open()
        {
            _epochStart = Ledger.Describe(_epoch).DurableOffset;
            _epoch = Ledger.Open(_epochStart);
            (_preceding, _chunkId) = (_epochStart - 1, 0);
            _next = _messages.FindIndex(message => message[0].Offset >= _epochStart);
            _next = _next < 0 ? _messages.Count : _next;
        }

        public (BatchOrigin Origin, TestRow[] Rows) Next()
        {
            // At the end the log grows, before it only what is there is read.
            var end = IsAtEnd ? _next + _random.Next(1, 20) : Math.Min(_messages.Count, _next + _random.Next(1, 20));
            while (_messages.Count < end)
            {
                _messages.Add(_events.NextMessage((_messages.Count == 0 ? 0 : _messages[^1][0].Offset) + _random.Next(1, 4)));
            }

            TestRow[] rows = [.. _messages[_next..end].SelectMany(message => message)];
            var origin = new BatchOrigin(Partition, _epoch, _epochStart, _preceding, _chunkId, 0);
            Ledger.Register(_epoch, new ChunkRegistration(_chunkId++, rows[^1].Offset + 1, 1));
            (_preceding, _next) = (rows[^1].Offset, end);
            return (origin, rows);
        }
    }
}
