namespace Orleans.Runtime;

/// <summary>Where an activation is in its life; it only goes forward.</summary>
internal enum ActivationState
{
    /// <summary>In the directory, without an instance.</summary>
    New,

    /// <summary>Constructing the instance, reading its records, running <c>OnActivateAsync</c>. Requests wait.</summary>
    Activating,

    /// <summary>Takes requests.</summary>
    Active,

    /// <summary>Finishing what runs, then <c>OnDeactivateAsync</c>. Requests wait.</summary>
    Deactivating,

    /// <summary>Out of the directory. Requests go to a new activation.</summary>
    Ended,
}
