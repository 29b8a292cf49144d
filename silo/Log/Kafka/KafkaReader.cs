using System.Threading.Channels;

namespace Analytics.Silo.Log.Kafka;

/// <summary>Reads one partition. No thread waits: the library calls when it has something again.</summary>
internal sealed class KafkaReader : ILogReader
{
    private readonly KafkaEventLog _log;
    private readonly KafkaPartition _partition;
    private readonly bool _mustHave;
    private readonly KafkaMessages _messages;
    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _nextOffset;
    private bool _isDisposed;

    /// <summary>A reader that has not asked for anything yet.</summary>
    /// <param name="log">Its log.</param>
    /// <param name="consumer">Held for the reader, which releases it; the partition is taken in it.</param>
    /// <param name="partition">What to read.</param>
    /// <param name="offset">Where from.</param>
    /// <param name="mustHave">Whether records that are gone are a loss.</param>
    public KafkaReader(KafkaEventLog log, KafkaConsumer consumer, KafkaPartition partition, long offset, bool mustHave)
    {
        _log = log;
        _partition = partition;
        _nextOffset = offset;
        _mustHave = mustHave;
        _messages = new KafkaMessages(consumer, partition, log.Time, Wake);
    }

    /// <inheritdoc />
    public long NextOffset => _nextOffset;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<LogEntry>> ReadAsync(int bytesMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesMax);
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _log.ThrowIfClosed();
            _messages.Start(_nextOffset);
            if (_messages.Take(bytesMax) is { } failure)
            {
                await Task.Run(_messages.Stop, CancellationToken.None);
                _nextOffset = await _log.GoOnAsync(_partition, _nextOffset, failure, _mustHave, cancellationToken);
                continue;
            }

            if (_mustHave && (_messages.IsAtEnd || _messages.NextOffset > _nextOffset))
            {
                _log.Reads(_partition);
            }

            if (_messages.NextOffset > _nextOffset)
            {
                _nextOffset = _messages.NextOffset;
                return _messages.Entries;
            }

            await _arrived.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Makes a read that waits look again. Safe from any thread.</summary>
    public void Wake() => _arrived.Writer.TryWrite(true);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _log.Remove(this, _partition, _mustHave);

            // Waits for the library's threads.
            await Task.Run(_messages.End);
        }
    }
}
