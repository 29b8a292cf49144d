using Analytics.Grains.Metrics;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Streams;
using Xunit;

namespace Analytics.Tests.Streams;

/// <summary>
/// A pulling agent as the runtime's: one delivery a stream under way, which succeeds, fails, or is cut off with its cursor; reads between;
/// now and then a new epoch. Beside it a plain list a stream says what the agent must be handed next and how many bytes are held.
/// </summary>
internal sealed class AgentSimulation(Random random)
{
    private static readonly string[] Metrics = ["a", "b", "c"];

    private readonly MetricQueueCache _cache = new(long.MaxValue, new HeldMemory(long.MaxValue));
    private readonly Dictionary<string, List<EventBatch>> _waiting = Metrics.ToDictionary(metric => metric, _ => new List<EventBatch>());
    private readonly Dictionary<string, (MetricCursor Cursor, EventBatch[] InHand)> _cursors = [];
    private long _epoch;
    private long _offset;

    public void Run()
    {
        Begin();
        for (var step = 0; step < 300; step++)
        {
            var metric = Metrics[random.Next(Metrics.Length)];
            switch (random.Next(20))
            {
                case 0:
                    Begin();
                    break;
                case 1:
                    DropCursor(metric);
                    break;
                case < 8:
                    Read();
                    break;
                default:
                    Deliver(metric, hasFailed: random.Next(3) == 0);
                    break;
            }

            Assert.Equal(_waiting.Values.Sum(batches => batches.Sum(batch => batch.SizeBytes)), _cache.SizeBytes);
        }

        foreach (var metric in Metrics)
        {
            Deliver(metric, hasFailed: false);
            Deliver(metric, hasFailed: false);
            Assert.Empty(_waiting[metric]);
        }

        Assert.Equal(0, _cache.SizeBytes);
    }

    private void Begin()
    {
        _cache.Begin(0, _epoch += random.Next(1, 3));
        foreach (var batches in _waiting.Values)
        {
            batches.Clear();
        }
    }

    private void Read()
    {
        EventBatch[] chunk = [.. Metrics.Where(_ => random.Next(2) == 0).Select(metric => Streams.Batch(metric, _offset, random.Next(1, 4), _epoch))];
        _offset += 10;
        _cache.AddToCache(Streams.Containers(chunk));
        Array.ForEach(chunk, batch => _waiting[batch.Metric].Add(batch));
    }

    private void DropCursor(string metric)
    {
        if (_cursors.Remove(metric, out var reading))
        {
            reading.Cursor.Dispose();
        }
    }

    private void Deliver(string metric, bool hasFailed)
    {
        var (cursor, inHand) = _cursors.TryGetValue(metric, out var reading) ? reading : (_cache.GetCacheCursor(Streams.Id(metric)), []);
        if (hasFailed)
        {
            cursor.RecordDeliveryFailure();
        }

        // What is in hand and still of this epoch: delivered, or offered again as it was.
        var isCurrent = inHand.Length > 0 && inHand[0].Origin.Epoch == _epoch;
        var expected = isCurrent && hasFailed ? inHand : null;
        if (isCurrent && !hasFailed)
        {
            _waiting[metric].RemoveRange(0, inHand.Length);
        }

        expected ??= [.. _waiting[metric]];
        Assert.Equal(expected.Length > 0, cursor.MoveNext());
        Assert.Equal(expected, cursor.Current());
        _cursors[metric] = (cursor, expected);
    }
}
