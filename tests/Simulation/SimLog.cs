using Analytics.Silo.Log;

namespace Analytics.Tests.Simulation;

/// <summary>A log in memory that outlives every silo. Reads and commits may fail; what was appended and committed stays.</summary>
internal sealed class SimLog(SimWorld world, int partitionCount) : IEventLog
{
    private readonly List<LogEntry>[] _partitions = [.. Enumerable.Range(0, partitionCount).Select(_ => new List<LogEntry>())];
    private readonly long[] _committed = new long[partitionCount];
    private TaskCompletionSource _appended = NewSignal();

    public IReadOnlyList<int> Partitions { get; } = [.. Enumerable.Range(0, partitionCount)];

    /// <summary>What goes wrong now.</summary>
    public SimFaults Faults { get; set; } = new();

    /// <summary>Planted: records that readers never see.</summary>
    public Func<LogEntry, bool> IsSkipped { get; set; } = _ => false;

    /// <summary>Planted: appends of the silo are confirmed and not kept.</summary>
    public bool LosesAppends { get; set; }

    /// <summary>Planted: commits this much further than told.</summary>
    public long CommitsAhead { get; set; }

    /// <summary>Records read since the last look, all readers together.</summary>
    public long ReadCount { get; set; }

    public IReadOnlyList<LogEntry> Entries(int partition) => _partitions[partition];

    public long Committed(int partition) => _committed[partition];

    public long End(int partition) => _partitions[partition].Count == 0 ? 0 : _partitions[partition][^1].Offset + 1;

    /// <summary>Appends at once; offsets ascend with gaps now and then.</summary>
    public long Append(int partition, byte[] value)
    {
        var offset = End(partition) + (world.Random.Next(10) == 0 ? world.Random.Next(1, 4) : 0);
        _partitions[partition].Add(new LogEntry(offset, new LogRecord(default, value, world.Time.NowMs)));
        _appended.TrySetResult();
        _appended = NewSignal();
        return offset;
    }

    public async ValueTask<long> AppendAsync(int partition, LogRecord record, CancellationToken cancellationToken = default)
    {
        await FailAsync("append");
        if (LosesAppends)
        {
            return End(partition);
        }

        return Append(partition, record.Value.ToArray());
    }

    public ILogReader OpenReader(int partition, long offset, bool mustHave = false) => new Reader(this, partition, offset);

    public async ValueTask<long> ReadCommittedAsync(int partition, CancellationToken cancellationToken = default)
    {
        await FailAsync("read of the committed offset");
        return _committed[partition];
    }

    public async ValueTask CommitAsync(int partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        await FailAsync("commit");
        _committed[partition] = Math.Max(_committed[partition], Math.Min(nextOffset + CommitsAhead, End(partition)));
        await FailAsync("commit, which has happened,");
    }

    public ValueTask<long> ReadEndAsync(int partition, CancellationToken cancellationToken = default) => ValueTask.FromResult(End(partition));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource NewSignal() => new();

    private async Task FailAsync(string what)
    {
        await world.PauseAsync();
        if (world.Chance(Faults.Log))
        {
            throw new EventLogException($"The {what} failed (injected).");
        }
    }

    private sealed class Reader(SimLog log, int partition, long offset) : ILogReader
    {
        private long _next = offset;

        public long NextOffset => _next;

        public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(int bytesMax, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                await log.FailAsync("read");
                cancellationToken.ThrowIfCancellationRequested();
                var bytes = 0;
                var entries = log._partitions[partition].Where(entry => entry.Offset >= _next)
                    .TakeWhile(entry => (bytes += entry.Record.Value.Length) <= bytesMax || bytes == entry.Record.Value.Length).ToList();
                if (entries.Count > 0)
                {
                    _next = entries[^1].Offset + 1;
                    log.ReadCount += entries.Count;
                    entries.RemoveAll(entry => log.IsSkipped(entry));
                    if (entries.Count > 0)
                    {
                        return entries;
                    }

                    continue;
                }

                await log._appended.Task.WaitAsync(cancellationToken);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
