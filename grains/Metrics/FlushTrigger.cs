namespace Analytics.Grains.Metrics;

/// <summary>Why a block is written now.</summary>
internal enum FlushTrigger
{
    /// <summary>The oldest row has waited for the interval.</summary>
    Age,

    /// <summary>There are as many rows as a block takes.</summary>
    Rows,

    /// <summary>The rows hold as many bytes as may wait.</summary>
    Bytes,

    /// <summary>A query wants to see the rows.</summary>
    Asked,

    /// <summary>The actor leaves.</summary>
    Shutdown,
}
