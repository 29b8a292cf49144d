using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Analytics.Silo.Log.Kafka.Native;

namespace Analytics.Silo.Log.Kafka;

/// <summary>
/// A handle of librdkafka for reading and committing, with its connections and threads. Ends when the last one that holds it has released it: the
/// library must not lose it under a call. Safe from any thread.
/// </summary>
internal sealed unsafe class KafkaConsumer
{
    private const int ErrorBytes = 512;

    private readonly GCHandle _self;
    private readonly KafkaLogMessages _messages;
    private readonly Dictionary<string, nint> _topics = [];
    private readonly HashSet<(string Topic, int Partition)> _reading = [];
    private int _holders = 1;

    /// <summary>Makes a handle; does not wait for a broker.</summary>
    /// <param name="settings">For the library, in order.</param>
    /// <param name="messages">Gets what the library says.</param>
    /// <exception cref="EventLogException">The library refuses a setting; the message is its own.</exception>
    public KafkaConsumer(IReadOnlyList<KeyValuePair<string, string>> settings, KafkaLogMessages messages)
    {
        _messages = messages;
        _self = GCHandle.Alloc(this);
        var conf = RdKafka.ConfNew();
        var error = stackalloc byte[ErrorBytes];
        try
        {
            foreach (var (name, value) in settings)
            {
                if (RdKafka.ConfSet(conf, name, value, error, ErrorBytes) != RdKafka.ConfOk)
                {
                    throw new EventLogException($"Analytics:Kafka:Properties:{name} cannot be used: {Text(error)}.");
                }
            }

            RdKafka.ConfSetOpaque(conf, GCHandle.ToIntPtr(_self));
            RdKafka.ConfSetLog(conf, &OnLog);
            RdKafka.ConfSetError(conf, &OnError);
            Handle = RdKafka.New(RdKafka.Consumer, conf, error, ErrorBytes);
            if (Handle == 0)
            {
                throw new EventLogException($"The Kafka client cannot be started with these settings (Analytics:Kafka): {Text(error)}.");
            }
        }
        catch
        {
            RdKafka.ConfDestroy(conf);
            _self.Free();
            throw;
        }
    }

    /// <summary>rd_kafka_t; valid as long as somebody holds this.</summary>
    public nint Handle { get; }

    /// <summary>Holds the handle for a while.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0; holders = Volatile.Read(ref _holders))
        {
            if (Interlocked.CompareExchange(ref _holders, holders + 1, holders) == holders)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Calls the library, which must not lose the handle meanwhile.</summary>
    /// <exception cref="EventLogException">The handle has ended.</exception>
    public TAnswer Use<TAnswer>(Func<nint, TAnswer> call)
    {
        if (!TryHold())
        {
            throw KafkaEventLog.Closed();
        }

        try
        {
            return call(Handle);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Lets go of it; the last one ends it, which waits for the library's threads.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        foreach (var topic in _topics.Values)
        {
            RdKafka.TopicDestroy(topic);
        }

        RdKafka.Destroy(Handle);
        _self.Free();
    }

    /// <summary>The library's handle of a topic, which ends with this one.</summary>
    public nint TopicOf(string topic)
    {
        lock (_topics)
        {
            if (!_topics.TryGetValue(topic, out var handle))
            {
                handle = RdKafka.TopicNew(Handle, topic, 0);
                if (handle == 0)
                {
                    throw new EventLogException($"'{topic}' cannot be used as a topic: {RdKafkaError.Describe(RdKafka.LastError())}.");
                }

                _topics.Add(topic, handle);
            }

            return handle;
        }
    }

    /// <summary>Takes a partition for reading: the library reads each only once a handle.</summary>
    /// <returns>False when it is taken.</returns>
    public bool TryTake(string topic, int partition)
    {
        lock (_reading)
        {
            return _reading.Add((topic, partition));
        }
    }

    /// <summary>Gives it back.</summary>
    public void Give(string topic, int partition)
    {
        lock (_reading)
        {
            _reading.Remove((topic, partition));
        }
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint handle, int level, byte* facility, byte* text)
    {
        // Also called while the handle is being made or after it has ended.
        if (handle != 0 && GCHandle.FromIntPtr(RdKafka.Opaque(handle)).Target is KafkaConsumer consumer)
        {
            consumer._messages.Client(level, Text(facility), Text(text));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint handle, int error, byte* reason, nint self)
    {
        if (GCHandle.FromIntPtr(self).Target is KafkaConsumer consumer)
        {
            consumer._messages.ClientError(error, Text(reason));
        }
    }
}
