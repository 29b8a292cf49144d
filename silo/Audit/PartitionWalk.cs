using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;

namespace Analytics.Silo.Audit;

/// <summary>Reads the range of one partition again, decodes it with the product's own decoder, and has it compared step by step.</summary>
internal sealed class PartitionWalk(
    IEventLog log, LimitsOptions limits, AuditRange range, AuditTally tally, StepComparison comparison, int partition)
{
    // A step ends at the first of these: what it decodes, and the rows it is compared with, are in memory as a whole.
    private const int MessagesPerStep = 65_536;
    private const int InputsPerStep = 1_000_000;
    private const long DecodedBytesPerStep = 32L * 1024 * 1024;

    private const int ReadBytes = 1024 * 1024;

    private readonly ChunkDecoder _decoder = ChunkDecoder.For(limits, log, partition);
    private long _fromOffset;
    private long _toOffset;
    private long _stepOffset;
    private long _nextOffset;
    private long _dropped;
    private long _messages;
    private long _bytes;

    /// <summary>The offsets that were looked at and are in the log.</summary>
    public OffsetSpans Judged { get; } = new();

    /// <summary>Walks to the end of the range; the log may grow meanwhile, that is not looked at.</summary>
    public async Task<AuditPartition> RunAsync(CancellationToken cancellationToken)
    {
        var end = await log.ReadEndAsync(partition, cancellationToken);
        _fromOffset = range.FromOffset ?? 0;
        _toOffset = Math.Max(_fromOffset, Math.Min(range.ToOffset ?? end, end));
        _stepOffset = _nextOffset = _fromOffset;
        while (_nextOffset < _toOffset)
        {
            await using var reader = log.OpenReader(partition, _nextOffset);
            try
            {
                await ReadAsync(reader, cancellationToken);
            }
            catch (EventLogCorruptException e)
            {
                await PassDamageAsync(e, cancellationToken);
            }
        }

        await CompareAsync(cancellationToken);
        var committed = await log.ReadCommittedAsync(partition, cancellationToken);
        return new AuditPartition(partition, _fromOffset, _toOffset, committed, _dropped, _messages, _bytes, tally.Describe(partition));
    }

    private async Task ReadAsync(ILogReader reader, CancellationToken cancellationToken)
    {
        while (_nextOffset < _toOffset)
        {
            var entries = await reader.ReadAsync(ReadBytes, cancellationToken);
            if (entries.Count == 0)
            {
                await PassDroppedAsync(Math.Min(reader.NextOffset, _toOffset), cancellationToken);
            }

            foreach (var entry in entries)
            {
                if (entry.Offset > _nextOffset)
                {
                    await PassDroppedAsync(Math.Min(entry.Offset, _toOffset), cancellationToken);
                }

                if (entry.Offset >= _toOffset)
                {
                    return;
                }

                Decode(entry);
                if (IsStepFull())
                {
                    await CompareAsync(cancellationToken);
                }
            }
        }
    }

    private void Decode(in LogEntry entry)
    {
        _nextOffset = entry.Offset + 1;
        if (range.Holds(entry.Record.TimestampMs))
        {
            _decoder.Decode(entry);
            _messages++;
            _bytes += entry.Record.Value.Length;
        }
    }

    private bool IsStepFull() => _decoder.MessageCount >= MessagesPerStep
        || _decoder.RowCount + _decoder.DeadLetterCount >= InputsPerStep
        || _decoder.SizeBytes >= DecodedBytesPerStep;

    /// <summary>Offsets the log no longer has: removed by retention, or, in other logs, compacted away.</summary>
    private async Task PassDroppedAsync(long offset, CancellationToken cancellationToken)
    {
        await CompareAsync(cancellationToken);
        _dropped += offset - _nextOffset;
        _stepOffset = _nextOffset = offset;
    }

    private async Task PassDamageAsync(EventLogCorruptException damage, CancellationToken cancellationToken)
    {
        await PassDroppedAsync(Math.Clamp(damage.Offset, _nextOffset, _toOffset), cancellationToken);
        var next = Math.Clamp(damage.NextOffset, _nextOffset, _toOffset);
        tally.Count(AuditKind.Unreadable, partition, null, next - _nextOffset);
        tally.Example(AuditKind.Unreadable, partition, _nextOffset, 0, null, string.Empty, damage.Message);
        _stepOffset = _nextOffset = next;
    }

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        // First the committed offset, then the tables: what is committed by then must be there.
        var committed = await log.ReadCommittedAsync(partition, cancellationToken);
        var window = new AuditWindow(partition, _stepOffset, _nextOffset, committed);
        Judged.Add(_stepOffset, _nextOffset);
        _stepOffset = _nextOffset;
        var batches = _decoder.Finish(partition, chunkId: 0, new PrecedingOffsets(0, 0));
        if (batches.Length > 0)
        {
            await comparison.CompareAsync(window, batches, cancellationToken);
        }
    }
}
