namespace Orleans.Runtime;

/// <summary>An enumeration in a grain.</summary>
internal interface IEnumeration
{
    /// <summary>Whether nobody asked for an element since the last time this was called.</summary>
    bool IsForgotten();

    /// <summary>Ends a step that waits for an element, without one.</summary>
    void Abort();

    /// <summary>Cancels the enumerator and disposes it.</summary>
    Task EndAsync();
}
