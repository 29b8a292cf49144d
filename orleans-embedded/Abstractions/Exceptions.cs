namespace Orleans.Runtime;

/// <summary>Base of the runtime's exceptions.</summary>
public class OrleansException : Exception
{
    /// <summary>An exception without a message.</summary>
    public OrleansException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A call was not taken on.</summary>
public class OrleansMessageRejectionException : OrleansException
{
    internal OrleansMessageRejectionException(string message)
        : base(message)
    {
    }
}

/// <summary>A call while the silo does not run.</summary>
public sealed class SiloUnavailableException(string msg) : OrleansMessageRejectionException(msg);

/// <summary>A setting cannot be used.</summary>
public sealed class OrleansConfigurationException(string message) : Exception(message);

/// <summary>An observer that was deleted or collected was called.</summary>
public sealed class ClientNotAvailableException : OrleansException
{
    internal ClientNotAvailableException(string message)
        : base(message)
    {
    }
}

/// <summary>The grain no longer has the enumeration: it was deactivated, or nobody asked for an element for too long.</summary>
public sealed class EnumerationAbortedException(string message) : Exception(message);
