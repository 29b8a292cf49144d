using Orleans.Runtime;

namespace Orleans;

/// <summary>Base class of grains. The runtime constructs them; the constructor may take services.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation? _activation = Runtime.Activation.Current;

    /// <inheritdoc/>
    public IGrainContext GrainContext => _activation!;

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => Activation.GrainReference;

    /// <summary>The grain's type and key as text.</summary>
    public string IdentityString => Activation.GrainId.ToString();

    /// <summary>Names the process in logs.</summary>
    public string RuntimeIdentity => Activation.Silo.Address.ToString();

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Silo.GrainFactory;

    /// <summary>The services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => Activation.ActivationServices;

    /// <summary>The activation; a grain that is constructed by hand, in a test, has none.</summary>
    private Activation Activation => _activation ?? throw new InvalidOperationException(
        $"{GetType()} was constructed outside of an activation: ask IGrainFactory for a reference instead.");

    /// <summary>Runs before the first call.</summary>
    /// <param name="cancellationToken">Cancelled when activation takes too long.</param>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call.</summary>
    /// <param name="reason">Why the activation ends.</param>
    /// <param name="cancellationToken">Cancelled when deactivation takes too long.</param>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls in progress are done. The next call makes a new one.</summary>
    protected void DeactivateOnIdle() => Activation.DeactivateOnIdle();

    /// <summary>Keeps this activation from idle collection.</summary>
    /// <param name="timeSpan">For how long; zero takes it back; <see cref="Timeout.InfiniteTimeSpan"/> for good.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.DelayDeactivation(timeSpan);
}
