using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The silo: finds or makes the target of each request, ends idle activations, and fails callers that waited for too long.</summary>
internal sealed partial class SiloRuntime : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ConcurrentDictionary<GrainId, ObserverTarget> _observers = new();
    private readonly Lazy<GrainClasses> _classes;
    private readonly long _responseTicks;
    private volatile SiloRunState _runState;
    private ITimer? _timeoutTimer;
    private ITimer? _collectionTimer;

    public SiloRuntime(
        IServiceProvider services,
        TimeProvider timeProvider,
        ILocalSiloDetails details,
        IOptions<GrainCollectionOptions> collectionOptions,
        IOptions<SiloMessagingOptions> messagingOptions,
        ILoggerFactory loggerFactory)
    {
        Services = services;
        TimeProvider = timeProvider;
        Address = details.SiloAddress;
        CollectionOptions = collectionOptions.Value;
        MessagingOptions = messagingOptions.Value;
        Logger = loggerFactory.CreateLogger("Orleans.Embedded");
        GrainFactory = new GrainFactory(this);
        _responseTicks = Ticks(MessagingOptions.ResponseTimeout);
        _classes = new(() => new GrainClasses(this));
    }

    public IServiceProvider Services { get; }

    public TimeProvider TimeProvider { get; }

    public SiloAddress Address { get; }

    public GrainCollectionOptions CollectionOptions { get; }

    public SiloMessagingOptions MessagingOptions { get; }

    public ILogger Logger { get; }

    public GrainFactory GrainFactory { get; }

    public GrainClasses Classes => _classes.Value;

    public TimeSpan ResponseTimeout => MessagingOptions.ResponseTimeout;

    /// <summary>The timestamp of now.</summary>
    public long Now => TimeProvider.GetTimestamp();

    /// <summary>Number of activations in memory.</summary>
    public int ActivationCount => _activations.Count;

    public long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimeProvider.TimestampFrequency);

    public TimeSpan TimeoutOf(GrainMethod method) => method.Timeout ?? ResponseTimeout;

    /// <summary>The deadline of a call that starts now.</summary>
    public long Deadline => Now + _responseTicks;

    public long DeadlineOf(GrainMethod method) => method.Timeout is { } timeout ? Now + Ticks(timeout) : Deadline;

    public bool IsActivated(GrainId id) => _activations.ContainsKey(id);

    /// <summary>Hands a request to its target; what goes wrong fails the request.</summary>
    public void Send(GrainId id, Request request)
    {
        try
        {
            while (!FindTarget(id).TryReceive(request))
            {
                // The target ended between the look-up and the call.
            }
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }
    }

    /// <summary>Hands over a request that nobody waits for; what goes wrong is logged.</summary>
    public void SendOneWay<T>(GrainId id, Call<T> request)
    {
        Send(id, request);
        if (request.Response.Exception?.InnerException is { } exception)
        {
            CallLog.FailedUnheard(Logger, exception, request.ToString()!);
        }
    }

    public void Remove(Activation activation) => _activations.TryRemove(new(activation.GrainId, activation));

    public GrainId AddObserver(IGrainObserver observer)
    {
        var id = GrainId.Create(ObserverTarget.GrainType, GrainIdKeyExtensions.CreateGuidKey(Guid.NewGuid()));
        _observers[id] = new ObserverTarget(this, id, observer);
        return id;
    }

    public bool RemoveObserver(GrainId id) => _observers.TryRemove(id, out _);

    public void Dispose()
    {
        _timeoutTimer?.Dispose();
        _collectionTimer?.Dispose();
    }

    private ICallTarget FindTarget(GrainId id)
    {
        if (_activations.TryGetValue(id, out var activation))
        {
            return activation;
        }

        if (id.Type == ObserverTarget.GrainType)
        {
            return _observers.GetValueOrDefault(id)
                ?? throw new ClientNotAvailableException($"The observer {id} was deleted, or its object is gone: keep a reference to it.");
        }

        return _runState == SiloRunState.Running
            ? _activations.GetOrAdd(id, new Activation(this, id, Classes.Get(id.Type)))
            : throw new SiloUnavailableException($"Unable to create an activation of {id}: the silo {_runState switch
            {
                SiloRunState.Created => "has not started yet",
                _ => "stops",
            }}.");
    }
}
