using Orleans.Core;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A record that an activation reads before it takes calls.</summary>
internal interface IPersistentStateRecord
{
    Task ReadAsync(CancellationToken token);
}

/// <summary>A record of a grain. Operations run one after the other, also when the grain does not await them.</summary>
internal sealed class PersistentState<T>(string name, GrainId grain, IGrainStorage storage) : IPersistentState<T>, IPersistentStateRecord
{
    private readonly GrainState<T> _state = new(CreateInitial());
    private Task _last = Task.CompletedTask;

    public T State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task ReadAsync(CancellationToken token) => RunAsync(async t =>
    {
        await storage.ReadStateAsync(name, grain, _state, t);
        _state.State ??= CreateInitial();
    }, token);

    public Task ReadStateAsync() => ReadAsync(default);

    public Task WriteStateAsync() => WriteAsync(default);

    public Task ClearStateAsync() => ClearAsync(default);

    Task IStorage.ReadStateAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    Task IStorage.WriteStateAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);

    Task IStorage.ClearStateAsync(CancellationToken cancellationToken) => ClearAsync(cancellationToken);

    private static T CreateInitial() => typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<T>()
        : default!;

    private Task WriteAsync(CancellationToken token) => RunAsync(t => storage.WriteStateAsync(name, grain, _state, t), token);

    private Task ClearAsync(CancellationToken token) => RunAsync(async t =>
    {
        await storage.ClearStateAsync(name, grain, _state, t);
        _state.State = CreateInitial();
        _state.RecordExists = false;
    }, token);

    private Task RunAsync(Func<CancellationToken, Task> operation, CancellationToken token)
    {
        if (Activation.Current?.GrainId != grain)
        {
            throw new InvalidOperationException(
                $"The state {name} of {grain} was used outside of its turns, for example in Task.Run or after ConfigureAwait(false).");
        }

        var run = RunAfterAsync(_last, operation, token);
        _last = run;
        return run;
    }

    private static async Task RunAfterAsync(Task before, Func<CancellationToken, Task> operation, CancellationToken token)
    {
        if (!before.IsCompleted)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await operation(token);
    }
}
