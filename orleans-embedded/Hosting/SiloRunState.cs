namespace Orleans.Runtime;

/// <summary>Whether a silo makes activations.</summary>
internal enum SiloRunState
{
    /// <summary>Before the stage <see cref="ServiceLifecycleStage.BecomeActive"/>.</summary>
    Created,

    /// <summary>Makes activations.</summary>
    Running,

    /// <summary>Activations that exist finish; no new ones.</summary>
    Stopping,
}
