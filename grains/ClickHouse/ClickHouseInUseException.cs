namespace Analytics.Grains.ClickHouse;

/// <summary>Another process has the engine's directory open.</summary>
public sealed class ClickHouseInUseException : ClickHouseException
{
    /// <summary>Describes which.</summary>
    public ClickHouseInUseException(string message, Exception? inner = null)
        : base(0, message, inner: inner)
    {
    }
}
