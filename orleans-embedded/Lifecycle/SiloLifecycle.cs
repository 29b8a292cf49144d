using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Starts the stages in order and stops those that started in the opposite one.</summary>
internal sealed class SiloLifecycle(ILogger<SiloLifecycle> logger) : ISiloLifecycle
{
    private readonly List<Subscription> _subscriptions = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var subscription = new Subscription(this, observerName, stage, observer);
        lock (_subscriptions)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    public async Task StartAsync(CancellationToken token)
    {
        foreach (var stage in Stages().OrderBy(s => s.Key))
        {
            token.ThrowIfCancellationRequested();
            await Task.WhenAll(stage.Select(subscription => Task.Run(() => subscription.StartAsync(token), token)));
            HighestCompletedStage = stage.Key;
        }
    }

    public async Task StopAsync(CancellationToken token)
    {
        foreach (var stage in Stages().OrderByDescending(s => s.Key))
        {
            await Task.WhenAll(stage.Select(subscription => StopAsync(subscription, token)));
            LowestStoppedStage = stage.Key;
        }
    }

    private async Task StopAsync(Subscription subscription, CancellationToken token)
    {
        try
        {
            await Task.Run(() => subscription.StopAsync(token), CancellationToken.None);
        }
        catch (Exception exception)
        {
            LifecycleLog.FailedToStop(logger, exception, subscription.Name, subscription.Stage);
        }
    }

    private List<IGrouping<int, Subscription>> Stages()
    {
        lock (_subscriptions)
        {
            return [.. _subscriptions.GroupBy(s => s.Stage)];
        }
    }

    private sealed class Subscription(SiloLifecycle owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        private bool _isStarted;

        public string Name => name;

        public int Stage => stage;

        public async Task StartAsync(CancellationToken token)
        {
            // Also one that fails half-way may have something to stop.
            _isStarted = true;
            await observer.OnStart(token);
        }

        public Task StopAsync(CancellationToken token)
        {
            var wasStarted = _isStarted;
            _isStarted = false;
            return wasStarted ? observer.OnStop(token) : Task.CompletedTask;
        }

        public void Dispose()
        {
            lock (owner._subscriptions)
            {
                owner._subscriptions.Remove(this);
            }
        }
    }
}

internal static partial class LifecycleLog
{
    [LoggerMessage(EventId = 9030, Level = LogLevel.Error, Message = "{Name} failed to stop at stage {Stage}.")]
    public static partial void FailedToStop(ILogger logger, Exception exception, string name, int stage);
}
