using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Which way events go.</summary>
public enum StreamProviderDirection
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>To grains.</summary>
    ReadOnly,

    /// <summary>From grains.</summary>
    WriteOnly,

    /// <summary>Both.</summary>
    ReadWrite,
}

/// <summary>The connection to a queueing system.</summary>
public interface IQueueAdapter
{
    /// <summary>The name of the provider.</summary>
    string Name { get; }

    /// <summary>Whether a cursor can go back to a token.</summary>
    bool IsRewindable { get; }

    /// <summary>Which way events go.</summary>
    StreamProviderDirection Direction { get; }

    /// <summary>Puts events in a queue. Never called here: nothing produces through streams.</summary>
    Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext);

    /// <summary>Makes the reader of a queue.</summary>
    IQueueAdapterReceiver CreateReceiver(QueueId queueId);
}
