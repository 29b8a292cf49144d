using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Events of one stream that are delivered together.</summary>
public interface IBatchContainer
{
    /// <summary>The stream.</summary>
    StreamId StreamId { get; }

    /// <summary>The place of the container in its stream.</summary>
    StreamSequenceToken SequenceToken { get; }

    /// <summary>The events of a type, each with its place.</summary>
    IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>();

    /// <summary>Sets the request context for the delivery. There is none here: the result is ignored.</summary>
    bool ImportRequestContext();
}
