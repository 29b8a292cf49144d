namespace Analytics.Silo.Cluster;

/// <summary>The lock of a silo that is alone: only its own callers wait for each other.</summary>
internal sealed class LocalLock : IClusterLock, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc />
    public bool IsShared => false;

    /// <inheritdoc />
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();
}
