namespace Orleans.Runtime;

/// <summary>One activation of a grain, seen from inside.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to this grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The identity of the grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The grain object, <see langword="null"/> until it is constructed.</summary>
    object? GrainInstance { get; }

    /// <summary>Services of this activation; a scope that lives as long as it.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Starts to end this activation once the calls in progress are done.</summary>
    /// <param name="deactivationReason">Handed to the grain.</param>
    /// <param name="cancellationToken">Asks the grain to end promptly.</param>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Access to the activation that runs now.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn runs on this thread.</summary>
    IGrainContext GrainContext { get; }
}
