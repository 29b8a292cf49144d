namespace Orleans.Runtime;

/// <summary>What a caller gets from a grain method that returns an asynchronous enumerable. Each enumeration calls the method anew.</summary>
internal sealed class GrainAsyncEnumerable<T>(GrainMethod method, GrainReference target, object?[] arguments) : IAsyncEnumerable<T>
{
    private int _batchMax = 100;

    public void SetBatchMax(int batchMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchMax, 1);
        _batchMax = batchMax;
    }

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        => new GrainAsyncEnumerator<T>(method, target, arguments, _batchMax, cancellationToken);
}

/// <summary>How a caller reads an enumeration of a grain.</summary>
public static class AsyncEnumerableExtensions
{
    /// <summary>Sets how many elements one step may bring; 100 by default. No effect on other enumerables.</summary>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        (self as GrainAsyncEnumerable<T>)?.SetBatchMax(maxBatchSize);
        return self;
    }
}
