namespace Analytics.Grains.ClickHouse;

/// <summary>A statement that ClickHouse refused, or whose outcome is not known.</summary>
public class ClickHouseException : Exception
{
    /// <summary>Describes one failed statement.</summary>
    /// <param name="code">ClickHouse's error code, 0 when there is none.</param>
    /// <param name="message">ClickHouse's message.</param>
    /// <param name="isOutcomeUnknown">Whether the statement may have taken effect all the same.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    public ClickHouseException(int code, string message, bool isOutcomeUnknown = false, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        IsOutcomeUnknown = isOutcomeUnknown;
    }

    /// <summary>ClickHouse's error code (60 unknown table, 16 no such column, 62 syntax error …), 0 when there is none.</summary>
    public int Code { get; }

    /// <summary>Whether the statement may have taken effect all the same: read back before trying again.</summary>
    public bool IsOutcomeUnknown { get; }
}
