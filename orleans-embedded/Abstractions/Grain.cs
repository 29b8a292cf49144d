using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Base class of grains. The runtime constructs them; the constructor may take services.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation _activation;

    /// <summary>Called by the runtime while it activates the grain.</summary>
    /// <exception cref="InvalidOperationException">The grain is constructed by anything else.</exception>
    protected Grain()
    {
        _activation = Activation.Current
            ?? throw new InvalidOperationException($"{GetType()} is constructed outside of an activation: ask IGrainFactory for a reference instead.");
    }

    /// <inheritdoc/>
    [AllowNull]
    public IGrainContext GrainContext => _activation;

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => _activation.GrainReference;

    /// <summary>The grain's type and key as text.</summary>
    public string IdentityString => _activation.GrainId.ToString();

    /// <summary>Names the process in logs.</summary>
    public string RuntimeIdentity => _activation.Silo.Address.ToString();

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => _activation.Silo.GrainFactory;

    /// <summary>The services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => _activation.ActivationServices;

    /// <summary>Runs before the first call.</summary>
    /// <param name="cancellationToken">Cancelled when activation takes too long.</param>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call.</summary>
    /// <param name="reason">Why the activation ends.</param>
    /// <param name="cancellationToken">Cancelled when deactivation takes too long.</param>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls in progress are done. The next call makes a new one.</summary>
    protected void DeactivateOnIdle() => _activation.DeactivateOnIdle();

    /// <summary>Keeps this activation from idle collection.</summary>
    /// <param name="timeSpan">For how long; zero takes it back; <see cref="Timeout.InfiniteTimeSpan"/> for good.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => _activation.DelayDeactivation(timeSpan);
}
