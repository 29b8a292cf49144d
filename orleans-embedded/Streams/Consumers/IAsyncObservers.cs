namespace Orleans.Streams;

/// <summary>An event and its place in the stream.</summary>
/// <param name="item">The event.</param>
/// <param name="token">Its place.</param>
public class SequentialItem<T>(T item, StreamSequenceToken token)
{
    /// <summary>The event.</summary>
    public T Item { get; } = item;

    /// <summary>Its place.</summary>
    public StreamSequenceToken Token { get; } = token;
}

/// <summary>Takes the events of a container one by one.</summary>
public interface IAsyncObserver<in T>
{
    /// <summary>Takes an event; an exception makes the container be delivered again.</summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>Never called by persistent streams.</summary>
    Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>Told that a container could not be delivered.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>Takes the events of a container in one call.</summary>
public interface IAsyncBatchObserver<T>
{
    /// <summary>Takes the events; an exception makes the container be delivered again.</summary>
    Task OnNextAsync(IList<SequentialItem<T>> items);

    /// <summary>Never called by persistent streams.</summary>
    Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>Told that a container could not be delivered.</summary>
    Task OnErrorAsync(Exception ex);
}
