namespace Orleans;

/// <summary>The kinds of reasons to end an activation.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason was given.</summary>
    None,

    /// <summary>The process stops.</summary>
    ShuttingDown,

    /// <summary>Activation failed.</summary>
    ActivationFailed,

    /// <summary>Only with a cluster.</summary>
    DirectoryFailure,

    /// <summary>No call for the collection age.</summary>
    ActivationIdle,

    /// <summary>Only with a cluster.</summary>
    ActivationUnresponsive,

    /// <summary>Only with a cluster.</summary>
    DuplicateActivation,

    /// <summary>Only with a cluster.</summary>
    IncompatibleRequest,

    /// <summary>The grain failed.</summary>
    ApplicationError,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>Only with a cluster.</summary>
    Migrating,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested,

    /// <summary>Memory is short.</summary>
    HighMemoryPressure,
}

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason
{
    /// <summary>A reason without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text)
        : this(code, null, text)
    {
    }

    /// <summary>A reason with the exception that caused it.</summary>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Description = text;
        Exception = exception;
    }

    /// <summary>What happened, for people.</summary>
    public string Description { get; }

    /// <summary>What happened, for code.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>The cause, if an exception is.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";
}
