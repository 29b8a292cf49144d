using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Analytics.Grains.Telemetry;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka;

/// <summary>
/// What the library has read of one partition, taken in batches: messages are copied side by side into one buffer, which the entries are slices of.
/// Used by one caller at a time.
/// </summary>
internal sealed unsafe class KafkaMessages
{
    // Messages taken from the library in one call.
    private const int MessagesMax = 4096;

    // What tables hold with room to spare, and no sender's clock means: 1970 to 2200.
    private const long TimestampMsMax = 7_258_118_400_000;

    private readonly KafkaConsumer _consumer;
    private readonly KafkaPartition _partition;
    private readonly TimeProvider _time;
    private readonly Action _arrived;
    private readonly GCHandle _self;
    private readonly nint _queue;
    private readonly nint[] _messages = new nint[MessagesMax];
    private readonly List<LogEntry> _entries = [];
    private readonly ArrayBufferWriter<byte> _headers = new();
    private byte[] _buffer = [];
    private int _next;
    private int _count;
    private long _nowMs;
    private bool _isReading;
    private bool _isTracing;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="consumer">Held until <see cref="End"/>; the partition is taken in it.</param>
    /// <param name="partition">What to read.</param>
    /// <param name="time">Clock, for messages without a time.</param>
    /// <param name="arrived">Called, from a thread of the library, when there is something again. Must not block.</param>
    public KafkaMessages(KafkaConsumer consumer, KafkaPartition partition, TimeProvider time, Action arrived)
    {
        _consumer = consumer;
        _partition = partition;
        _time = time;
        _arrived = arrived;
        _self = GCHandle.Alloc(this);
        _queue = RdKafka.QueueNew(consumer.Handle);
        RdKafka.QueueEvent(_queue, &OnArrived, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Whether the last <see cref="Take"/> has come to the end of the partition.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Everything before it was taken, or is no message.</summary>
    public long NextOffset { get; private set; }

    /// <summary>What the last <see cref="Take"/> took; valid until the next.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Begins to read at an offset, unless it reads already.</summary>
    /// <exception cref="EventLogException">The library refuses.</exception>
    public void Start(long offset)
    {
        if (_isReading)
        {
            return;
        }

        NextOffset = offset;
        if (RdKafka.ConsumeStart(_consumer.TopicOf(_partition.Topic), _partition.Partition, offset, _queue) != 0)
        {
            throw new EventLogException($"{_partition} cannot be read: {RdKafkaError.Describe(RdKafka.LastError())}.");
        }

        _isReading = true;
    }

    /// <summary>Takes what is there, up to the bytes asked for.</summary>
    /// <returns>What went wrong before the first message; <see langword="null"/> as a rule.</returns>
    public KafkaFailure? Take(int bytesMax)
    {
        IsAtEnd = false;
        _entries.Clear();
        _headers.ResetWrittenCount();
        if (_next == _count)
        {
            _next = 0;
            fixed (nint* messages = _messages)
            {
                _count = (int)Math.Max(0, RdKafka.ConsumeBatch(_queue, 0, (RdKafkaMessage**)messages, MessagesMax));
            }
        }

        _nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _isTracing = PipelineTrace.IsOn;
        Reserve(bytesMax);
        for (var filled = 0; _next < _count && (_entries.Count == 0 || filled < bytesMax); _next++)
        {
            var message = (RdKafkaMessage*)_messages[_next];
            if (message->Error == 0)
            {
                filled += Add(message, filled);
            }
            else if (message->Error == RdKafkaError.PartitionEnd)
            {
                // Behind the last message there may be marks of transactions, which are no messages.
                NextOffset = Math.Max(NextOffset, message->Offset);
                IsAtEnd = true;
            }
            else
            {
                // What came before is returned first; the failure with the next call.
                return _entries.Count > 0 ? null : new KafkaFailure(message->Error, Encoding.UTF8.GetString(message->Value));
            }

            RdKafka.MessageDestroy(message);
        }

        return null;
    }

    /// <summary>Stops reading and forgets what was read and not taken. Waits for a thread of the library.</summary>
    public void Stop()
    {
        if (_isReading)
        {
            _ = RdKafka.ConsumeStop(_consumer.TopicOf(_partition.Topic), _partition.Partition);
            _isReading = false;
        }

        for (; _next < _count; _next++)
        {
            RdKafka.MessageDestroy((RdKafkaMessage*)_messages[_next]);
        }
    }

    /// <summary>Stops for good and lets go of the consumer.</summary>
    public void End()
    {
        RdKafka.QueueEvent(_queue, null, 0);
        Stop();
        RdKafka.QueueDestroy(_queue);
        _consumer.Give(_partition.Topic, _partition.Partition);
        _consumer.Release();
        _self.Free();
    }

    // Space for the messages before the bytes asked for are reached, and the one that reaches them.
    private void Reserve(int bytesMax)
    {
        var bytes = 0L;
        for (var i = _next; i < _count && bytes < bytesMax; i++)
        {
            var message = (RdKafkaMessage*)_messages[i];
            bytes += message->Error == 0 ? checked((long)(message->PayloadSize + message->KeySize)) : 0;
        }

        // A burst of large messages must not keep its space for ever.
        if (bytes > _buffer.Length || _buffer.Length > 4L * Math.Max(bytesMax, bytes))
        {
            _buffer = GC.AllocateUninitializedArray<byte>(checked((int)Math.Max(bytes, Math.Min(bytes * 2, bytesMax))));
        }
    }

    private int Add(RdKafkaMessage* message, int filled)
    {
        var key = message->KeyBytes;
        var value = message->Value;
        key.CopyTo(_buffer.AsSpan(filled));
        value.CopyTo(_buffer.AsSpan(filled + key.Length));
        int kind;
        var ms = RdKafka.MessageTimestamp(message, &kind);
        var record = new LogRecord(
            _buffer.AsMemory(filled, key.Length),
            _buffer.AsMemory(filled + key.Length, value.Length),
            ms is >= 0 and <= TimestampMsMax ? ms : _nowMs);
        if (_partition.WantsHeaders || _isTracing)
        {
            var start = _headers.WrittenCount;
            KafkaHeaders.Write(message, _headers, _partition.WantsHeaders ? default : LogTrace.HeaderName);
            record = record with { Headers = _headers.WrittenMemory[start..] };
        }

        _entries.Add(new LogEntry(message->Offset, record));
        NextOffset = message->Offset + 1;
        return key.Length + value.Length;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnArrived(nint handle, nint self) => ((KafkaMessages)GCHandle.FromIntPtr(self).Target!)._arrived();
}
