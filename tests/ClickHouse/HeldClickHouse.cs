using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

/// <summary>A ClickHouse whose inserts begin when asked and end when told, in the order they began.</summary>
internal sealed class HeldClickHouse : IClickHouse, IDisposable
{
    private readonly SemaphoreSlim _heldCount = new(0);
    private readonly Queue<TaskCompletionSource> _held = new();
    private readonly List<string> _tables = [];

    /// <summary>False to let every insert succeed at once.</summary>
    public bool IsHolding { get; set; } = true;

    /// <summary>Most inserts that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Tables of the inserts that began, in order.</summary>
    public IReadOnlyList<string> Begun => _tables;

    /// <summary>Waits until an insert is held, and lets the oldest one succeed.</summary>
    public async Task ReleaseAsync() => (await TakeAsync()).SetResult();

    /// <summary>Waits until an insert is held, and lets the oldest one fail.</summary>
    public async Task FailAsync(Exception exception) => (await TakeAsync()).SetException(exception);

    public void Dispose() => _heldCount.Dispose();

    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        lock (_held)
        {
            _tables.Add(block.Table);
            if (!IsHolding)
            {
                return Task.CompletedTask;
            }

            var end = new TaskCompletionSource();
            _held.Enqueue(end);
            _heldCount.Release();
            MostAtOnce = Math.Max(MostAtOnce, _held.Count);
            return end.Task;
        }
    }

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    private async Task<TaskCompletionSource> TakeAsync()
    {
        Assert.True(await _heldCount.WaitAsync(TimeSpan.FromSeconds(10)), "No insert began within 10 s.");
        lock (_held)
        {
            return _held.Dequeue();
        }
    }
}
