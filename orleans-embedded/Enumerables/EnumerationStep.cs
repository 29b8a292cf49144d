namespace Orleans.Runtime;

/// <summary>What one step of an enumeration brought.</summary>
internal enum EnumerationStatus
{
    /// <summary>Elements; there may be more.</summary>
    Elements,

    /// <summary>The last elements, or none.</summary>
    Completed,

    /// <summary>Nothing for half a response timeout; ask again.</summary>
    Heartbeat,

    /// <summary>The grain does not know the enumeration.</summary>
    Missing,
}

/// <summary>The answer to one step.</summary>
internal readonly record struct EnumerationStep<T>(EnumerationStatus Status, T[] Elements);
