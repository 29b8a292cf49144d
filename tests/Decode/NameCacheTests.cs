// Goal: names are found by their bytes whatever they are, and what is kept for them between chunks has a bound.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class NameCacheTests
{
    private readonly ChunkDecoder _decoder = new(new LimitsOptions());
    private readonly PrecedingOffsets _preceding = new(1, 0);
    private long _offset;

    [Fact]
    public void Keys_are_found_by_their_bytes()
    {
        var keys = new ByteKeys();
        var random = new Random(3);
        var known = new Dictionary<string, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var key = new byte[random.Next(0, 4)];
            random.NextBytes(key);
            var text = Convert.ToHexString(key);
            Assert.Equal(known.GetValueOrDefault(text, -1), keys.Find(key));
            if (known.TryAdd(text, keys.Count))
            {
                Assert.Equal(known[text], keys.Add(key));
                Assert.Equal(key, keys[known[text]].ToArray());
            }
        }

        Assert.Equal(known.Count, keys.Count);
        keys.Clear();
        Assert.Equal(-1, keys.Find([]));
    }

    [Fact]
    public void Metrics_that_share_their_letters_stay_apart()
    {
        var names = new[] { ("a", "b/c"), ("a", "bc"), ("ab", "c"), ("ab", "/c"), ("a", "b"), ("b", "a") };
        for (var round = 0; round < 2; round++)
        {
            foreach (var (project, metric) in names)
            {
                Decode($$"""{"project":"{{project}}","metric":"{{metric}}"}""");
            }

            Assert.Equal(names, Finish().Select(batch => (batch.Project, batch.Metric)));
        }
    }

    [Fact]
    public void Idle_metrics_are_forgotten_and_busy_ones_kept()
    {
        Decode("""{"project":"p","metric":"idle","fields":{"a":1}}""");
        for (var chunk = 0; chunk < 600; chunk++)
        {
            Decode("""{"project":"p","metric":"busy","fields":{"a":1}}""");
            Finish();
        }

        Assert.Equal(1, _decoder.CachedMetricCount);
        Decode("""{"project":"p","metric":"idle","fields":{"a":1}}""");
        Assert.Equal("idle", Finish().Single().Metric);
        Assert.Equal(2, _decoder.CachedMetricCount);
    }

    [Fact]
    public void A_metric_with_ever_new_fields_is_started_over()
    {
        for (var chunk = 0; chunk < 20; chunk++)
        {
            for (var i = 0; i < 10; i++)
            {
                Decode(Decoding.Event(string.Join(',', Enumerable.Range(0, 100).Select(f => $"\"{chunk}.{i}.{f}\":1"))));
            }

            Assert.Equal(1000, Finish().Single().Fields.Length);
            Assert.InRange(_decoder.RetainedBytes, 0, 5000 * 500);
        }
    }

    [Fact]
    public void Names_of_events_that_fail_are_forgotten_too()
    {
        for (var chunk = 0; chunk < 20; chunk++)
        {
            Decode(Decoding.Event(string.Join(',', Enumerable.Range(0, 900).Select(f => $"\"{chunk}.{f}\":1")) + ",\"x\":1e999"));
            Finish();
            Assert.InRange(_decoder.RetainedBytes, 0, 5000 * 500);
        }
    }

    [Fact]
    public void Many_metrics_are_kept_within_a_bound()
    {
        for (var chunk = 0; chunk < 8; chunk++)
        {
            for (var i = 0; i < 10_000; i++)
            {
                Decode($$$"""{"project":"p","metric":"{{{chunk}}}.{{{i}}}","fields":{"a":1,"b":"text","c":2.5}}""");
            }

            Assert.Equal(10_000, Finish().Length);
            Assert.InRange(_decoder.CachedMetricCount, 0, 32_768);
            Assert.InRange(_decoder.RetainedBytes, 0, 64 * 1024 * 1024);
        }
    }

    [Fact]
    public void Large_buffers_are_let_go()
    {
        var text = new string('x', 200_000);
        for (var i = 0; i < 500; i++)
        {
            Decode(Decoding.Event($"\"a\":\"{text}\""));
        }

        Assert.Equal(500 * text.Length, Finish().Single().Fields[0].Heap.Length);
        Assert.InRange(_decoder.RetainedBytes, 0, 64 * 1024 * 1024);
    }

    [Fact]
    public void Offsets_that_are_durable_need_not_be_remembered()
    {
        var preceding = new PrecedingOffsets(1, 100);
        Assert.Equal(99, preceding.Advance("p/a", 120));
        Assert.Equal(99, preceding.Advance("p/b", 130));
        Assert.Equal(120, preceding.Advance("p/a", 140));
        preceding.ForgetBefore(140);
        Assert.Equal(1, preceding.Count);
        Assert.Equal(99, preceding.Advance("p/b", 150));
        Assert.Equal(140, preceding.Advance("p/a", 160));
        preceding.Reset(2, 150);
        Assert.Equal((0, 2L, 150L), (preceding.Count, preceding.Epoch, preceding.EpochStart));
    }

    private void Decode(string message) => _decoder.Decode(new LogEntry(_offset++, new LogRecord(default, Encoding.UTF8.GetBytes(message), 1)));

    private EventBatch[] Finish() => _decoder.Finish(0, 1, _preceding);
}
