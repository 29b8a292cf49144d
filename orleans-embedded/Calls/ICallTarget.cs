namespace Orleans.Runtime;

/// <summary>Takes requests: an activation or an observer.</summary>
internal interface ICallTarget
{
    /// <summary>The grain or observer; there while a request runs.</summary>
    object? Instance { get; }

    /// <summary>Where the target's turns run.</summary>
    TurnScheduler Scheduler { get; }

    /// <summary>Takes a request, or says that the target has ended.</summary>
    bool TryReceive(Request request);

    /// <summary>Told that a request it started is done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="task">Its outcome.</param>
    void OnCompleted(Request request, Task task);

    /// <summary>Finds the requests whose deadline has passed.</summary>
    void CollectExpired(long now, List<Request> expired);
}
