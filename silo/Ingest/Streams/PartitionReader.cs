using System.Globalization;
using System.Threading.Channels;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// Steps 2 to 4 of one partition, off the pulling agent: reads the log, decodes, announces each chunk to the ledger, and puts it into the
/// channel of its queue. Commits what the ledger says is durable. When the epoch ends, for whatever reason, starts over from the committed offset.
/// </summary>
internal sealed partial class PartitionReader
{
    // Rows after which a chunk ends. Compressed messages hold far more than their bytes tell, and a batch is one turn of its actor; a message is never cut.
    private const int ChunkRowsMax = 65_536;

    // A chunk's columns may take this many times the bytes of its log records.
    private const int DecodedSizeFactor = 8;

    // Commit intervals without a question to the ledger while nothing happens.
    private const int QuietTicksMax = 20;

    // Between two looks whether there is room again.
    private static readonly TimeSpan PausePoll = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly int _partition;
    private readonly IEventLog _log;
    private readonly IGrainFactory _grains;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly IngestInstruments _instruments;
    private readonly ILogger _logger;
    private readonly LimitsOptions _limits;
    private readonly HeldMemory _memory;
    private readonly StallWatch _stalls;
    private readonly ChunkTraces _traces;
    private readonly PrecedingOffsets _preceding = new(0, 0);
    private readonly ChannelWriter<Chunk> _chunks;

    private long _committed;
    private bool _hasCommitFailed;
    private bool _mayHaveMoved;
    private long _sinceForgetting;

    /// <summary>A reader that has not begun.</summary>
    public PartitionReader(
        int partition, ChannelWriter<Chunk> chunks, IEventLog log, IGrainFactory grains, LimitsOptions limits, IngestOptions options,
        HeldMemory memory, TimeProvider time, IngestInstruments instruments, ILogger logger)
    {
        _chunks = chunks;
        _partition = partition;
        _log = log;
        _grains = grains;
        _options = options;
        _time = time;
        _instruments = instruments;
        _logger = logger;
        _limits = limits;
        _memory = memory;
        _stalls = new StallWatch(grains, TimeSpan.FromSeconds(options.StallSeconds), time);
        _traces = new ChunkTraces(partition, time);
    }

    /// <summary>Reads until cancelled. Never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunEpochsAsync(cancellationToken);
        }
        finally
        {
            _instruments.Ended(_partition);
        }
    }

    /// <summary>Commits what has become durable; the last step of a stop, after the actors have flushed.</summary>
    /// <returns>The ledger's state at that moment.</returns>
    public async Task<LedgerStatus> CommitAsync(CancellationToken cancellationToken)
    {
        var status = await Ledger.GetStatusAsync(_preceding.Epoch);
        await CommitAsync(status, cancellationToken);
        return status;
    }

    private IPartitionGrain Ledger => _grains.GetGrain<IPartitionGrain>(_partition.ToString(CultureInfo.InvariantCulture));

    private async Task RunEpochsAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; !cancellationToken.IsCancellationRequested;)
        {
            var before = _committed;
            try
            {
                // Epochs that end without having moved anything are failures too, however they end.
                await RunEpochAsync(cancellationToken);
                failures = _committed > before ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogEpochFailed(e, _partition);
                failures++;
            }

            await DelayAsync(failures, cancellationToken);
        }
    }

    private async Task RunEpochAsync(CancellationToken cancellationToken)
    {
        _committed = await _log.ReadStartAsync(_partition, cancellationToken);
        var epoch = await Ledger.OpenAsync(_committed);
        _preceding.Reset(epoch, _committed);
        _stalls.Begin(epoch, _committed);
        _instruments.Began(_partition, _committed);
        await _chunks.WriteAsync(new Chunk(_partition, epoch, []), cancellationToken);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var committing = CommitLoopAsync(epoch, ending.Token);
        var reading = ReadLoopAsync(epoch, ending.Token);
        try
        {
            await await Task.WhenAny(committing, reading);
        }
        finally
        {
            ending.Cancel();
            await Task.WhenAll(committing, reading).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadLoopAsync(long epoch, CancellationToken cancellationToken)
    {
        // A decoder of its own: one that an error left in the middle of a chunk would add those rows to the next.
        var decoder = ChunkDecoder.For(_limits, _log, _partition);
        var size = new ChunkSize(_options.ChunkBytesMax);
        await using var reader = _log.OpenReader(_partition, _committed, mustHave: true);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<IReadOnlyList<LogEntry>>? next = null;
        try
        {
            for (var chunkId = 0L; ;)
            {
                if (next is null)
                {
                    await WaitForMemoryAsync(cancellationToken);
                }

                var entries = await (next ?? reader.ReadAsync(size.Bytes, ending.Token).AsTask());
                next = null;
                for (var i = 0; i < entries.Count; i++)
                {
                    _traces.Note(entries[i]);
                    decoder.Decode(entries[i]);
                    if (i < entries.Count - 1 && IsFull(decoder, size) && !await HandOverAsync(decoder, size, epoch, chunkId++, entries[i].Offset + 1, cancellationToken))
                    {
                        return;
                    }
                }

                // A log gives what it has at hand. While that is less than is wanted, what more there is without waiting goes with it.
                var nextOffset = entries.Count == 0 ? reader.NextOffset : entries[^1].Offset + 1;
                if (size.WantsMore(decoder.MessageBytes) && !IsFull(decoder, size))
                {
                    next = reader.ReadAsync(size.Bytes, ending.Token).AsTask();
                }

                if (next is not { IsCompletedSuccessfully: true } && !await HandOverAsync(decoder, size, epoch, chunkId++, nextOffset, cancellationToken))
                {
                    return;
                }
            }
        }
        finally
        {
            // A reader is not let go of while it reads.
            await ending.CancelAsync();
            await (next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsFull(ChunkDecoder decoder, ChunkSize size) =>
        decoder.RowCount + decoder.DeadLetterCount >= ChunkRowsMax || decoder.SizeBytes >= (long)size.Bytes * DecodedSizeFactor;

    /// <summary>Announces what was decoded as a chunk and puts it into the channel.</summary>
    /// <returns>False when the epoch has ended.</returns>
    private async Task<bool> HandOverAsync(ChunkDecoder decoder, ChunkSize size, long epoch, long chunkId, long nextOffset, CancellationToken cancellationToken)
    {
        _instruments.Decoded(_partition, nextOffset, decoder.MessageCount, decoder.RowCount, decoder.DeadLetterCount);
        var (bytes, rows) = (decoder.MessageBytes, decoder.RowCount + decoder.DeadLetterCount);
        var batches = decoder.Finish(_partition, chunkId, _preceding);
        _traces.Finish(batches);
        size.Learn(bytes, rows, batches.Length);
        Volatile.Write(ref _mayHaveMoved, true);
        var status = await Ledger.RegisterAsync(epoch, new ChunkRegistration(chunkId, nextOffset, batches.Length));
        if (!status.IsCurrent)
        {
            LogEpochEnded(_partition, epoch, status.EndReason);
            return false;
        }

        Forget(status);
        var keys = Array.ConvertAll(batches, static batch => batch.Key);
        _stalls.Add(nextOffset, keys);
        await _chunks.WriteAsync(new Chunk(_partition, epoch, Wrap(batches, keys)), cancellationToken);
        return await WaitForLedgerAsync(epoch, status, cancellationToken);
    }

    // What is held between log and tables is bounded for the process: it leaves by being written, so reading is what has to wait.
    private async Task WaitForMemoryAsync(CancellationToken cancellationToken)
    {
        if (_memory.IsFull)
        {
            _instruments.Paused(_partition);
            while (_memory.IsFull)
            {
                await Task.Delay(PausePoll, _time, cancellationToken);
            }
        }
    }

    /// <summary>Waits while as many chunks are open as the ledger should keep.</summary>
    /// <returns>False when the epoch has ended.</returns>
    private async Task<bool> WaitForLedgerAsync(long epoch, LedgerStatus status, CancellationToken cancellationToken)
    {
        while (status.IsCurrent && status.OpenChunks >= _options.OpenChunksMax)
        {
            await Task.Delay(PausePoll, _time, cancellationToken);
            status = await Ledger.GetStatusAsync(epoch);
        }

        return status.IsCurrent;
    }

    private async Task CommitLoopAsync(long epoch, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_options.CommitIntervalMs), _time);
        for (var quiet = 0; await timer.WaitForNextTickAsync(cancellationToken); quiet++)
        {
            // With nothing open and nothing announced since, the ledger has nothing to say; it is asked now and then all the same.
            if (!Interlocked.Exchange(ref _mayHaveMoved, false) && quiet < QuietTicksMax)
            {
                continue;
            }

            quiet = 0;
            var status = await Ledger.GetStatusAsync(epoch);
            if (status.OpenChunks > 0 || _hasCommitFailed)
            {
                Volatile.Write(ref _mayHaveMoved, true);
            }

            await TryCommitAsync(status, cancellationToken);
            if (await _stalls.FindLostAsync(Ledger, status) is { } lost)
            {
                await Ledger.EndEpochAsync(epoch, lost);
            }

            if (!status.IsCurrent)
            {
                LogEpochEnded(_partition, epoch, status.EndReason);
                return;
            }
        }
    }

    // A commit that fails is made again with the next one: what was read is still good, only the next start would read it again.
    private async Task TryCommitAsync(LedgerStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(status, cancellationToken);
            _hasCommitFailed = false;
        }
        catch (EventLogException e)
        {
            if (!_hasCommitFailed)
            {
                LogCommitFailed(e, _partition);
            }

            _hasCommitFailed = true;
        }
    }

    private async Task CommitAsync(LedgerStatus status, CancellationToken cancellationToken)
    {
        if (status.IsCurrent && status.DurableOffset > _committed)
        {
            await _log.CommitAsync(_partition, status.DurableOffset, cancellationToken);
            _committed = status.DurableOffset;
        }
    }

    private void Forget(LedgerStatus status)
    {
        const int ChunksBetween = 4096;
        if (++_sinceForgetting % ChunksBetween == 0)
        {
            _preceding.ForgetBefore(status.DurableOffset);
        }
    }

    private static IBatchContainer[] Wrap(EventBatch[] batches, string[] keys)
    {
        var containers = new IBatchContainer[batches.Length];
        for (var i = 0; i < batches.Length; i++)
        {
            containers[i] = new MetricBatches(StreamId.Create(StreamNames.Metrics, keys[i]), [batches[i]]);
        }

        return containers;
    }

    private async Task DelayAsync(int failures, CancellationToken cancellationToken)
    {
        var delay = Math.Min(LongestDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 10)));
        await Task.Delay(TimeSpan.FromMilliseconds(delay), _time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(EventId = 1300, Level = LogLevel.Warning, Message = "Partition {Partition}: reading failed and starts over from the committed offset")]
    private partial void LogEpochFailed(Exception exception, int partition);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Partition {Partition}: the durable offset could not be committed; it is tried again")]
    private partial void LogCommitFailed(Exception exception, int partition);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "Partition {Partition}: epoch {Epoch} has ended: {Reason}")]
    private partial void LogEpochEnded(int partition, long epoch, string? reason);
}
