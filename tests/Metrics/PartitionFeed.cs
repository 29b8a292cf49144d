using Analytics.GrainInterfaces.Batches;
using Analytics.Tests.Columns;

namespace Analytics.Tests.Metrics;

/// <summary>A partition's receiver: batches of random size from a log that can be read again from an earlier place.</summary>
internal sealed class PartitionFeed(int partition, Random random, ImpatientTime time)
{
    private readonly RandomEvents _events = new(random, time);
    private readonly List<TestRow[]> _log = [];
    private long _epoch = 1;
    private long _epochStart;
    private long _preceding = -1;
    private long _chunkId;
    private int _next;

    public void StartOver()
    {
        _next = random.Next(_next + 1);
        _epochStart = _next == 0 ? 0 : _log[_next - 1][0].Offset + 1;
        (_preceding, _chunkId) = (_epochStart - 1, 0);
        _epoch++;
    }

    public (BatchOrigin Origin, TestRow[] Rows) Next()
    {
        var end = _next + random.Next(1, 40);
        while (_log.Count < end)
        {
            _log.Add(_events.NextMessage((_log.Count == 0 ? 0 : _log[^1][0].Offset) + random.Next(1, 4)));
        }

        TestRow[] rows = [.. _log[_next..end].SelectMany(message => message)];
        var origin = new BatchOrigin(partition, _epoch, _epochStart, _preceding, _chunkId++, 0);
        (_preceding, _next) = (rows[^1].Offset, end);
        return (origin, rows);
    }
}
