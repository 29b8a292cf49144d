using System.Collections.Concurrent;
using Orleans;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

internal interface IConsumerGrain : IGrainWithStringKey
{
    Task PassAsync(string gate);

    [Orleans.Concurrency.AlwaysInterleave]
    Task<int[][]> BatchesAsync();

    Task DeactivateAsync();
}

/// <summary>What consumers do, by stream key; set by the test before events come.</summary>
internal sealed class ConsumerPlan
{
    /// <summary>How many deliveries fail; -1 for all.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = new();

    /// <summary>Streams whose consumer waits at the gate <c>key</c> in every delivery.</summary>
    public ConcurrentDictionary<string, bool> Gated { get; } = new();

    /// <summary>Streams whose consumer waits at the gate <c>activate key</c> while it activates.</summary>
    public ConcurrentDictionary<string, bool> GatedActivations { get; } = new();

    /// <summary>Streams whose consumer attaches no observer.</summary>
    public ConcurrentDictionary<string, bool> Deaf { get; } = new();
}

/// <summary>Takes a container a call.</summary>
[ImplicitStreamSubscription(Namespace)]
internal sealed class ConsumerGrain(Probe probe, ConsumerPlan plan) : Grain, IConsumerGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<int>
{
    public const string Namespace = "orleans-embedded/batches";

    private readonly List<int[]> _batches = [];
    private string _key = "";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        probe.Note($"activate {_key}");
        if (plan.GatedActivations.ContainsKey(_key))
        {
            await probe.PassAsync($"activate {_key}");
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Note($"deactivate {_key}");
        return Task.CompletedTask;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        probe.Note($"subscribed {handleFactory.ProviderName} {handleFactory.StreamId}");
        return plan.Deaf.ContainsKey(_key) ? Task.CompletedTask : handleFactory.Create<int>().ResumeAsync(this);
    }

    public async Task OnNextAsync(IList<SequentialItem<int>> items)
    {
        var text = string.Join(' ', items.Select(item => item.Item));
        probe.Note($"{_key} got {text}");
        if (plan.Gated.ContainsKey(_key))
        {
            await probe.PassAsync($"{_key} {text}");
        }

        if (plan.Failures.TryGetValue(_key, out var left) && left != 0)
        {
            plan.Failures[_key] = left < 0 ? left : left - 1;
            throw new InvalidTimeZoneException();
        }

        _batches.Add([.. items.Select(item => item.Item)]);
        probe.Note($"{_key} took {text}");
    }

    public Task OnErrorAsync(Exception ex)
    {
        probe.Note($"{_key} error {ex.GetType().Name}");
        return Task.CompletedTask;
    }

    public Task PassAsync(string gate) => probe.PassAsync(gate);

    public Task<int[][]> BatchesAsync() => Task.FromResult(_batches.ToArray());

    public Task DeactivateAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>Takes an event a call; its key is an integer.</summary>
[ImplicitStreamSubscription(Namespace)]
internal sealed class ItemConsumerGrain(Probe probe) : Grain, IGrainWithIntegerKey, IStreamSubscriptionObserver, IAsyncObserver<int>
{
    public const string Namespace = "orleans-embedded/items";

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<int>().ResumeAsync(this);

    public async Task OnNextAsync(int item, StreamSequenceToken? token)
    {
        await Task.Yield();
        probe.Note($"{this.GetPrimaryKeyLong()} got {item} at {token}");
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
